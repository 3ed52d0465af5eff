package dev.polecat.core;

import dev.polecat.core.internal.sql.SqlText;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A view of a connection that reads and does nothing else: for code that is to look at an open
 * transaction without touching it. Statements that are not reads, and everything that would end the
 * transaction or reach the driver's own objects, fail before anything is sent to the server.
 * Closing the view closes its statements, and leaves the connection open. As thread-safe as the
 * connection behind it.
 */
public final class ReadOnlyConnection implements InvocationHandler {
  private static final Set<String> ALLOWED =
      Set.of(
          "clearWarnings",
          "getAutoCommit",
          "getCatalog",
          "getSchema",
          "getTransactionIsolation",
          "getWarnings",
          "isValid",
          "nativeSQL");

  /** What a SELECT can do besides reading; in a string literal it is refused, too. */
  private static final Pattern EFFECT =
      Pattern.compile(
          "\\b(?:GET_LOCK|RELEASE_LOCK|RELEASE_ALL_LOCKS|LAST_INSERT_ID)\\s*\\(|\\bINTO\\s+(?:OUTFILE|DUMPFILE|@)",
          Pattern.CASE_INSENSITIVE);

  private final Connection connection;
  private final Set<Statement> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private ReadOnlyConnection(Connection connection) {
    this.connection = connection;
  }

  /**
   * Makes a view.
   *
   * @param connection the connection to read from; it stays open when the view is closed
   * @return the view
   */
  public static Connection of(Connection connection) {
    return proxied(Connection.class, new ReadOnlyConnection(connection));
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    String name = method.getName();
    switch (name) {
      case "close" -> {
        closed = true;
        for (Statement statement : List.copyOf(open)) {
          statement.close();
        }
        open.clear();
        return null;
      }
      case "isClosed" -> {
        return closed || connection.isClosed();
      }
      case "isReadOnly" -> {
        return true;
      }
      case "equals" -> {
        return args != null && self == args[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(self);
      }
      case "toString" -> {
        return "read-only view of " + connection;
      }
      default -> {
        // below
      }
    }
    requireOpen();
    boolean plain = args == null || args.length == 0;
    if (name.equals("createStatement") && plain) {
      return view(self, Statement.class, connection.createStatement());
    }
    if (name.equals("prepareStatement") && args != null && args.length == 1) {
      String sql = (String) args[0];
      requireRead(sql);
      return view(self, PreparedStatement.class, connection.prepareStatement(sql));
    }
    if (ALLOWED.contains(name)) {
      return call(connection, method, args);
    }
    throw refused(name);
  }

  private <S extends Statement> S view(Object self, Class<S> type, S statement) {
    open.add(statement);
    return proxied(
        type,
        (proxy, method, args) -> {
          String name = method.getName();
          if (name.equals("getConnection")) {
            return self;
          }
          if (name.equals("unwrap")) {
            throw refused(name);
          }
          if (name.equals("close") && !open.remove(statement)) {
            return null; // closed already, perhaps with the view
          }
          if (!name.equals("close") && !name.equals("isClosed")) {
            requireOpen();
          }
          if ((name.startsWith("execute") || name.equals("addBatch"))
              && args != null
              && args[0] instanceof String sql) {
            requireRead(sql);
          }
          return rows(proxy, call(statement, method, args));
        });
  }

  /** Results lead back to the view, and not to the driver's statement. */
  private @Nullable Object rows(Object statement, @Nullable Object result) {
    if (!(result instanceof ResultSet rows)) {
      return result;
    }
    return proxied(
        ResultSet.class,
        (proxy, method, args) -> {
          switch (method.getName()) {
            case "getStatement" -> {
              return statement;
            }
            case "unwrap" -> throw refused("unwrap");
            default -> {
              if (!method.getName().equals("close")) {
                requireOpen();
              }
              return call(rows, method, args);
            }
          }
        });
  }

  private void requireOpen() throws SQLException {
    if (closed) {
      throw new SQLNonTransientException("This read-only view is closed.", "08003");
    }
  }

  private static void requireRead(String sql) throws SQLException {
    SqlText text = SqlText.of(sql, "");
    if (!text.isRead() || text.writesInCte()) {
      throw refused(text.firstWord());
    }
    Matcher effect = EFFECT.matcher(sql);
    if (effect.find()) {
      throw refused(effect.group());
    }
  }

  private static SQLException refused(String what) {
    return new SQLNonTransientException(
        "This connection only reads; it does not do " + what + ".", "25006");
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxied(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            ReadOnlyConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
