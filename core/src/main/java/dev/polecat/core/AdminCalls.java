package dev.polecat.core;

import dev.polecat.core.internal.pool.AdminPool;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The library's own short statements on a database, as its administrator. Thread-safe. */
final class AdminCalls {
  private final AdminPool admin;

  AdminCalls(AdminPool admin) {
    this.admin = admin;
  }

  /** Runs a statement that is not repeated. */
  void execute(String doing, String sql) {
    try {
      admin.run(
          connection -> {
            try (Statement statement = connection.createStatement()) {
              return statement.execute(sql);
            }
          });
    } catch (SQLException e) {
      throw new DoltSqlException(doing, e);
    }
  }

  /** Also a new branch may find that another writer came first; nothing was written then. */
  void change(String doing, AdminPool.Work<Boolean> made, String sql, String... values) {
    TransactionRetry.ofDefaults()
        .call(
            () -> {
              try {
                return admin.run(
                    connection -> read(connection, sql, rows -> true, values),
                    main -> made.on(main) ? Optional.of(true) : Optional.empty());
              } catch (SQLException e) {
                throw new DoltSqlException(doing, e);
              }
            });
  }

  static boolean isHead(Connection main, BranchName ref, CommitHash commit) throws SQLException {
    return found(main, ref).filter(commit::equals).isPresent();
  }

  static Optional<CommitHash> found(Connection main, BranchName ref) throws SQLException {
    try {
      return Optional.of(read(main, "VALUES ROW(HASHOF(?))", AdminCalls::hash, ref.value()));
    } catch (SQLException e) {
      if (DoltError.of(e) != DoltError.NOT_FOUND) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /**
   * Asks a question. Without a table it is best asked by {@code VALUES ROW(...)}: for each
   * expression of a SELECT's list Dolt 1.86.4 builds sessions that it throws away, several times.
   */
  static <T> T read(Connection connection, String sql, Reader<T> reader, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return reader.read(rows);
      }
    }
  }

  <T> T query(
      String doing, String sql, Reader<T> reader, @Nullable T ifNoSuchRef, String... values) {
    try {
      return admin.read(connection -> read(connection, sql, reader, values));
    } catch (SQLException e) {
      if (ifNoSuchRef != null && DoltError.of(e) == DoltError.NOT_FOUND) {
        return ifNoSuchRef;
      }
      throw new DoltSqlException(doing, e);
    }
  }

  static CommitHash hash(ResultSet rows) throws SQLException {
    rows.next();
    return CommitHash.of(rows.getString(1));
  }

  static List<String> strings(ResultSet rows) throws SQLException {
    List<String> found = new ArrayList<>();
    while (rows.next()) {
      found.add(rows.getString(1));
    }
    return found;
  }

  interface Reader<T> {
    T read(ResultSet rows) throws SQLException;
  }

  static CommitHash commitAll(Connection connection, Author author, String message)
      throws SQLException {
    try (PreparedStatement commit =
            connection.prepareStatement(
                "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', ?, '--author', ?)");
        PreparedStatement head = connection.prepareStatement("VALUES ROW(HASHOF('HEAD'))")) {
      commit.setString(1, message);
      commit.setString(2, author.toString());
      commit.execute();
      try (ResultSet rows = head.executeQuery()) {
        return hash(rows);
      }
    }
  }
}
