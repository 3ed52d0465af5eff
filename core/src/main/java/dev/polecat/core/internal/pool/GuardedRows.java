package dev.polecat.core.internal.pool;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A result set whose statement is the guarded one, or none if it is about metadata. */
final class GuardedRows implements InvocationHandler {
  private final @Nullable Statement statement;
  private final ResultSet rows;

  GuardedRows(@Nullable Statement statement, ResultSet rows) {
    this.statement = statement;
    this.rows = rows;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    switch (method.getName()) {
      case "getStatement" -> {
        return statement;
      }
      case "equals" -> {
        return args != null && self == args[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(self);
      }
      default -> {
        try {
          return method.invoke(rows, args);
        } catch (InvocationTargetException e) {
          throw e.getCause();
        }
      }
    }
  }
}
