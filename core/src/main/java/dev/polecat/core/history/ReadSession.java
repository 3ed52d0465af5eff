package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.internal.sql.Connector;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A session that reads for one purpose and is closed then. Several statements go to the server in
 * one round trip, and what is streamed comes row by row, however much it is. Used by one thread.
 */
final class ReadSession implements AutoCloseable {
  /** How long the server may be silent before it counts as gone. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final String doing;
  private final Connection connection;

  private ReadSession(String doing, Connection connection) {
    this.doing = doing;
    this.connection = connection;
  }

  /** Work on a session. */
  interface Work<T> {
    T on(ReadSession session) throws SQLException;
  }

  /** Reads the rows of one result, in the order of the statements that have one. */
  interface Reader {
    void read(int result, ResultSet rows) throws SQLException;
  }

  /** Reads the current row. */
  interface RowReader<T> {
    T read(int result, ResultSet row) throws SQLException;
  }

  /** Does something in a session of its own. */
  static <T> T in(DoltDatabase database, BranchName branch, String doing, Work<T> work) {
    try (ReadSession session = open(database, branch, doing)) {
      return work.on(session);
    } catch (SQLException e) {
      throw new DoltSqlException(doing, e);
    }
  }

  /** Opens a session whose stream outlives the work that makes it. */
  static <T> Stream<T> streaming(
      DoltDatabase database, BranchName branch, String doing, Work<Stream<T>> work) {
    ReadSession session = null;
    boolean done = false;
    try {
      session = open(database, branch, doing);
      Stream<T> rows = work.on(session);
      done = true;
      return rows;
    } catch (SQLException e) {
      throw new DoltSqlException(doing, e);
    } finally {
      if (!done && session != null) {
        session.abort();
      }
    }
  }

  private static ReadSession open(DoltDatabase database, BranchName branch, String doing)
      throws SQLException {
    String path = database.name() + "/" + branch;
    return new ReadSession(doing, Connector.openReading(database.endpoint(), path, SILENCE));
  }

  Connection connection() {
    return connection;
  }

  /** Sends statements in one round trip and hands over each result, counted from 0. */
  void run(List<String> statements, Reader reader) throws SQLException {
    if (statements.isEmpty()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      boolean hasRows = statement.execute(String.join("; ", statements));
      int results = 0;
      while (hasRows || statement.getUpdateCount() != -1) {
        if (hasRows) {
          try (ResultSet rows = statement.getResultSet()) {
            reader.read(results++, rows);
          }
        }
        hasRows = statement.getMoreResults();
      }
    }
  }

  /** Sends one statement and reads all its rows. */
  <T> List<T> list(String sql, RowReader<T> reader) throws SQLException {
    List<T> found = new ArrayList<>();
    run(
        List.of(sql),
        (result, rows) -> {
          while (rows.next()) {
            found.add(reader.read(result, rows));
          }
        });
    return found;
  }

  /**
   * Sends statements in one round trip and streams the rows of all their results. The session
   * closes when the stream is read to its end, fails, or is closed.
   */
  <T> Stream<T> stream(List<String> statements, RowReader<T> reader) throws SQLException {
    return rows(statements, reader, true);
  }

  /**
   * As {@link #stream}, but the session can be used further when the stream was read to its end.
   */
  <T> Stream<T> part(List<String> statements, RowReader<T> reader) throws SQLException {
    return rows(statements, reader, false);
  }

  private <T> Stream<T> rows(List<String> statements, RowReader<T> reader, boolean last)
      throws SQLException {
    Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
    statement.setFetchSize(Integer.MIN_VALUE); // the driver's sign for row by row
    boolean hasRows = statement.execute(String.join("; ", statements));
    Rows<T> rows = new Rows<>(this, statement, hasRows, reader, last);
    return StreamSupport.stream(rows, false).onClose(rows::close);
  }

  DoltSqlException failure(SQLException e) {
    return new DoltSqlException(doing, e);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Hangs up: closing would read everything that is still to come. */
  void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private static final class Rows<T> extends AbstractSpliterator<T> {
    private final ReadSession session;
    private final Statement statement;
    private final RowReader<T> reader;
    private final boolean last;
    private boolean hasRows;
    private int result;
    private boolean ended;

    Rows(
        ReadSession session,
        Statement statement,
        boolean hasRows,
        RowReader<T> reader,
        boolean last) {
      super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
      this.session = session;
      this.statement = statement;
      this.hasRows = hasRows;
      this.reader = reader;
      this.last = last;
    }

    @Override
    public boolean tryAdvance(Consumer<? super T> action) {
      if (ended) {
        return false;
      }
      T next;
      try {
        if (!advance()) {
          ended = true;
          end();
          return false;
        }
        next = reader.read(result, statement.getResultSet());
      } catch (SQLException e) {
        ended = true;
        session.abort();
        throw session.failure(e);
      }
      action.accept(next);
      return true;
    }

    private void end() throws SQLException {
      if (last) {
        session.close();
      } else {
        statement.close();
      }
    }

    void close() {
      if (last || !ended) {
        session.abort();
      }
    }

    /** Moves to the next row, of the next result that has one. */
    private boolean advance() throws SQLException {
      while (hasRows || statement.getUpdateCount() != -1) {
        if (hasRows) {
          if (statement.getResultSet().next()) {
            return true;
          }
          result++;
        }
        hasRows = statement.getMoreResults();
      }
      return false;
    }
  }
}
