package dev.polecat.core.internal.pool;

import dev.polecat.core.internal.sql.SqlText;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a {@link GuardedConnection}: checked before it runs, committed after. Its result
 * sets lead back to it, not to the driver's own objects.
 */
final class GuardedStatement implements InvocationHandler {
  private final GuardedConnection connection;
  private final Statement statement;
  private final @Nullable SqlText prepared;
  private boolean batchMayCommit;

  GuardedStatement(GuardedConnection connection, Statement statement, @Nullable SqlText prepared) {
    this.connection = connection;
    this.statement = statement;
    this.prepared = prepared;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    switch (method.getName()) {
      case "equals" -> {
        return args != null && self == args[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(self);
      }
      case "toString" -> {
        return statement.toString();
      }
      case "cancel" -> { // meant to reach what another thread is in the middle of
        return connection.isClosed() ? null : connection.call(statement, method, args);
      }
      default -> {
        connection.lock().lock();
        try {
          return guarded((Statement) self, use(method, args));
        } finally {
          connection.lock().unlock();
        }
      }
    }
  }

  private @Nullable Object use(Method method, Object @Nullable [] args) throws Throwable {
    String name = method.getName();
    if (connection.isClosed() && (name.equals("close") || name.equals("isClosed"))) {
      return name.equals("isClosed") ? true : null; // closed with its connection
    }
    connection.requireOpen();
    if (name.startsWith("execute")) {
      return execute(method, args);
    }
    switch (name) {
      case "getConnection" -> {
        return connection.proxy();
      }
      case "close" -> connection.forget(statement);
      case "addBatch" -> {
        if (args != null) {
          batchMayCommit |= connection.checked((String) args[0]).mayCommit();
        }
      }
      case "unwrap" -> connection.noteUnwrapped();
      default -> {
        // nothing to check
      }
    }
    return connection.call(statement, method, args);
  }

  private @Nullable Object execute(Method method, Object @Nullable [] args) throws Throwable {
    @Nullable SqlText text =
        args != null && args[0] instanceof String sql ? connection.checked(sql) : prepared;
    BranchTransaction transaction = connection.transaction();
    if (transaction.doltCommits() && text != null && text.endsTransaction()) {
      if (text.firstWord().equals("COMMIT")) {
        transaction.commit();
      } else {
        transaction.rollback();
      }
      return nothingDone(method);
    }
    boolean alone = transaction.commitsEachStatement();
    if (alone) {
      transaction.endSnapshot();
    }
    if (text != null && text.beginsTransaction()) {
      transaction.beginBySql();
      return connection.call(statement, method, args);
    }
    if (!transaction.doltCommits()) {
      return connection.call(statement, method, args);
    }
    boolean batch = text == null;
    transaction.noteSent(batch ? batchMayCommit : text.mayCommit());
    batchMayCommit &= !batch;
    Object result;
    try {
      result = connection.call(statement, method, args);
    } catch (SQLException e) {
      throw transaction.afterFailure(e, alone);
    }
    boolean onlyRead = text != null && text.isRead() && isResultSet(result);
    if ((alone && !onlyRead) || (text != null && text.commitsImplicitly())) {
      transaction.commit();
    }
    return result;
  }

  private static @Nullable Object guarded(Statement self, @Nullable Object result) {
    return result instanceof ResultSet rows
        ? GuardedConnection.proxied(ResultSet.class, new GuardedRows(self, rows))
        : result;
  }

  private static boolean isResultSet(@Nullable Object result) {
    return result instanceof ResultSet || Boolean.TRUE.equals(result);
  }

  /** The answer to COMMIT or ROLLBACK sent as SQL: no result set, no rows. */
  private static @Nullable Object nothingDone(Method method) throws SQLException {
    Class<?> type = method.getReturnType();
    if (type == boolean.class) {
      return false;
    }
    if (type == int.class) {
      return 0;
    }
    if (type == long.class) {
      return 0L;
    }
    throw new SQLException("COMMIT and ROLLBACK return no rows; use execute or executeUpdate.");
  }
}
