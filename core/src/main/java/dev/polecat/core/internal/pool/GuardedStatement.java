package dev.polecat.core.internal.pool;

import dev.polecat.core.internal.sql.SqlText;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement of a {@link GuardedConnection}: checked before it runs, committed after. */
final class GuardedStatement implements InvocationHandler {
  private final GuardedConnection connection;
  private final Statement statement;
  private final @Nullable SqlText prepared;

  GuardedStatement(GuardedConnection connection, Statement statement, @Nullable SqlText prepared) {
    this.connection = connection;
    this.statement = statement;
    this.prepared = prepared;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    String name = method.getName();
    if (name.startsWith("execute")) {
      return execute(method, args);
    }
    switch (name) {
      case "getConnection" -> {
        return connection.proxy();
      }
      case "close" -> {
        connection.forget(statement);
        return connection.call(statement, method, args);
      }
      case "addBatch" -> {
        if (args != null) {
          connection.checked((String) args[0]);
        }
        return connection.call(statement, method, args);
      }
      case "equals" -> {
        return args != null && self == args[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(self);
      }
      case "toString" -> {
        return statement.toString();
      }
      default -> {
        return connection.call(statement, method, args);
      }
    }
  }

  private @Nullable Object execute(Method method, Object @Nullable [] args) throws Throwable {
    @Nullable SqlText text =
        args != null && args[0] instanceof String sql ? connection.checked(sql) : prepared;
    boolean begins =
        text != null && (text.firstWord().equals("BEGIN") || text.firstWord().equals("START"));
    if (!connection.doltCommits()) {
      if (begins) {
        connection.beginSqlTransaction();
      }
      return connection.call(statement, method, args);
    }
    if (text != null && text.endsTransaction()) {
      endTransaction(text);
      return nothingDone(method);
    }
    boolean alone = connection.commitsEachStatement();
    if (alone) {
      connection.endSnapshot();
    }
    if (begins) {
      connection.commitIfOpen();
      connection.beginSqlTransaction();
      return connection.call(statement, method, args);
    }
    connection.noteTransactionOpen();
    Object result;
    try {
      result = connection.call(statement, method, args);
    } catch (SQLException e) {
      throw alone ? connection.afterFailure(e) : e;
    }
    boolean onlyRead = text != null && text.isRead() && isResultSet(result);
    if ((alone && !onlyRead) || (text != null && text.commitsImplicitly())) {
      connection.commit();
    }
    return result;
  }

  private void endTransaction(SqlText text) throws SQLException {
    if (text.firstWord().equals("COMMIT")) {
      connection.commit();
    } else {
      connection.rollback();
    }
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
