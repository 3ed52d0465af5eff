package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltError;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** How commits are found and listed. */
final class Commits {
  private static final String COLUMNS = "commit_hash, parents, committer, email, date, message";

  private Commits() {}

  /**
   * The commit that a revision names; of a branch with uncommitted rows its head.
   *
   * @throws UnknownRevisionException if there is none
   */
  static CommitHash resolve(ReadSession session, Revision revision) throws SQLException {
    try {
      return session
          .list(
              "VALUES ROW(HASHOF(" + Quoting.literal(revision.ref()) + "))",
              (result, row) -> CommitHash.of(row.getString(1)))
          .get(0);
    } catch (SQLException e) {
      if (DoltError.of(e) == DoltError.NOT_FOUND) {
        throw new UnknownRevisionException(revision.ref(), e);
      }
      throw e;
    }
  }

  /** SQL that lists a commit and all before it, each before its parents. */
  static String log(CommitHash from) {
    return select(Quoting.literal(from.value()));
  }

  /** SQL that lists the commits of {@code log} at which a table is not as at every parent. */
  static String logOf(CommitHash from, String table) {
    return select(Quoting.literal(from.value()) + tables(table));
  }

  /** SQL that lists the commits before one that are not before another, too. */
  static String log(CommitHash excluded, CommitHash from) {
    return select(range(excluded, from));
  }

  static String logOf(CommitHash excluded, CommitHash from, String table) {
    return select(range(excluded, from) + tables(table));
  }

  private static String range(CommitHash excluded, CommitHash from) {
    return Quoting.literal(excluded + ".." + from);
  }

  private static String select(String arguments) {
    return "SELECT " + COLUMNS + " FROM dolt_log(" + arguments + ", '--parents')";
  }

  private static String tables(String table) {
    if (table.contains(",")) {
      throw new InvalidNameException(
          "table to look up in the log",
          table,
          "Dolt takes it for several names, as there is a comma in it.");
    }
    return ", '--tables', " + Quoting.literal(table);
  }

  /** A time in Dolt's own tables, which is in UTC whatever the server's time zone is. */
  static Instant time(ResultSet row, int at) throws SQLException {
    return row.getObject(at, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }

  /** Reads a row of a log. */
  static CommitInfo read(ResultSet row) throws SQLException {
    String parents = row.getString(2);
    return new CommitInfo(
        CommitHash.of(row.getString(1)),
        parents.isEmpty()
            ? List.of()
            : Arrays.stream(parents.split(", ")).map(CommitHash::of).toList(),
        row.getString(3),
        row.getString(4),
        time(row, 5),
        row.getString(6));
  }
}
