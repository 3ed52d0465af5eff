package dev.polecat.core.internal.pool;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import org.jspecify.annotations.Nullable;

/** What the driver knows about the database, without a way to the driver's connection. */
final class GuardedMetaData implements InvocationHandler {
  private final GuardedConnection connection;
  private final DatabaseMetaData data;

  GuardedMetaData(GuardedConnection connection, DatabaseMetaData data) {
    this.connection = connection;
    this.data = data;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    switch (method.getName()) {
      case "getConnection" -> {
        return connection.proxy();
      }
      case "getURL" -> {
        return connection.physical().pool().url();
      }
      case "equals" -> {
        return args != null && self == args[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(self);
      }
      default -> {
        connection.lock().lock();
        try {
          connection.requireOpen();
          if (method.getName().equals("unwrap")) {
            connection.noteUnwrapped();
          }
          Object result = connection.call(data, method, args);
          return result instanceof ResultSet rows
              ? GuardedConnection.proxied(ResultSet.class, new GuardedRows(null, rows))
              : result;
        } finally {
          connection.lock().unlock();
        }
      }
    }
  }
}
