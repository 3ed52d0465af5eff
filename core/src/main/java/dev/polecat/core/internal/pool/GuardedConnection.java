package dev.polecat.core.internal.pool;

import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltError;
import dev.polecat.core.LeftBranchException;
import dev.polecat.core.internal.sql.SqlText;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection users hold: stays on its branch, and ends transactions as the commit mode says.
 *
 * <p>One thread at a time is inside: a statement and the commit that belongs to it are one step, so
 * that another thread's {@code close()} comes before or after both. A closed connection is out of
 * its user's reach, with all its statements: its physical connection may be somebody else's by
 * then.
 */
final class GuardedConnection implements InvocationHandler {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedConnection.class);

  private final PhysicalConnection physical;
  private final Connection driver;
  private final DatabaseName database;
  private final BranchName branch;
  private final Consumer<GuardedConnection> onRelease;
  private final BranchTransaction transaction;
  private final Connection proxy;
  private final ReentrantLock use = new ReentrantLock();
  private final Set<Statement> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private boolean mayHaveMoved;
  private boolean changedSession;
  private boolean broken;
  private volatile boolean closed;

  /**
   * Wraps a connection from the pool.
   *
   * @param physical the pool's connection
   * @param inquiry finds out what became of a commit that was not answered
   * @param onRelease called once, after the user's close, with {@link #isBroken()} decided
   */
  GuardedConnection(
      PhysicalConnection physical,
      CommitInquiry inquiry,
      DatabaseName database,
      BranchName branch,
      BranchSession session,
      Consumer<GuardedConnection> onRelease) {
    this.physical = physical;
    this.driver = physical.driver();
    this.database = database;
    this.branch = branch;
    this.onRelease = onRelease;
    this.transaction = new BranchTransaction(driver, session, inquiry);
    this.proxy = proxied(Connection.class, this);
  }

  Connection proxy() {
    return proxy;
  }

  PhysicalConnection physical() {
    return physical;
  }

  BranchTransaction transaction() {
    return transaction;
  }

  /** Whether the connection must not be handed out again. */
  boolean isBroken() {
    return broken || transaction.isLost();
  }

  boolean isClosed() {
    return closed;
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
        return "connection to branch " + branch;
      }
      case "abort" -> { // meant to end what another thread is in the middle of
        broken = true;
        return call(driver, method, args);
      }
      default -> {
        use.lock();
        try {
          return use(method, args);
        } finally {
          use.unlock();
        }
      }
    }
  }

  private @Nullable Object use(Method method, Object @Nullable [] args) throws Throwable {
    String name = method.getName();
    if (name.equals("close")) {
      release();
      return null;
    }
    if (name.equals("isClosed")) {
      return closed || driver.isClosed();
    }
    requireOpen();
    switch (name) {
      case "getAutoCommit" -> {
        return transaction.autoCommit();
      }
      case "setAutoCommit" -> {
        transaction.setAutoCommit((Boolean) first(args));
        return null;
      }
      case "commit" -> {
        transaction.commit();
        return null;
      }
      case "rollback" -> {
        if (args != null) {
          throw noSavepoints();
        }
        transaction.rollback();
        return null;
      }
      case "setSavepoint", "releaseSavepoint" -> throw noSavepoints();
      case "setCatalog", "setSchema" -> {
        if (!String.valueOf(first(args)).equals(driver.getCatalog())) {
          throw new LeftBranchException(branch, name + " moves the connection to another branch");
        }
        return null;
      }
      case "createStatement" -> {
        return guard(method, args, Statement.class, null);
      }
      case "prepareStatement" -> {
        return guard(method, args, PreparedStatement.class, checked((String) first(args)));
      }
      case "prepareCall" -> {
        return guard(method, args, CallableStatement.class, checked((String) first(args)));
      }
      case "unwrap" -> {
        noteUnwrapped();
        return call(driver, method, args);
      }
      case "getMetaData" -> {
        DatabaseMetaData data =
            (DatabaseMetaData) Objects.requireNonNull(call(driver, method, args));
        return proxied(DatabaseMetaData.class, new GuardedMetaData(this, data));
      }
      case "setReadOnly" -> {
        changedSession |= driver.isReadOnly() != (Boolean) first(args);
        return call(driver, method, args);
      }
      default -> {
        changedSession |= name.startsWith("set"); // nobody sets it back
        return call(driver, method, args);
      }
    }
  }

  ReentrantLock lock() {
    return use;
  }

  void requireOpen() throws SQLException {
    if (closed) {
      throw new SQLException("This connection is closed.", "08003");
    }
  }

  /** What the user does with the driver's own objects is not seen here. */
  void noteUnwrapped() {
    changedSession = true;
  }

  /** Refuses a statement that would leave the branch; notes one that might. */
  SqlText checked(String sql) throws SQLException {
    SqlText text = SqlText.of(sql, database.value());
    if (!text.leavesBranch().isEmpty()) {
      throw new LeftBranchException(branch, text.leavesBranch());
    }
    if (text.isAboutSavepoint()) {
      throw noSavepoints();
    }
    if (!text.staysOnBranch()) {
      mayHaveMoved = true;
    }
    if (text.firstWord().equals("SET")) {
      changedSession = true; // whoever gets the connection next has not asked for that
    }
    return text;
  }

  void forget(Statement statement) {
    open.remove(statement);
  }

  /** Calls through, and notes a connection that is beyond use. */
  @Nullable Object call(Object target, Method method, Object @Nullable [] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SQLException sql && DoltError.of(sql) == DoltError.CONNECTION_LOST) {
        broken = true;
      }
      throw cause;
    }
  }

  static <T> T proxied(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            GuardedConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private <S extends Statement> S guard(
      Method method, Object @Nullable [] args, Class<S> type, @Nullable SqlText text)
      throws Throwable {
    if (args != null) {
      for (Object arg : args) {
        if (Integer.valueOf(ResultSet.CONCUR_UPDATABLE).equals(arg)) {
          throw new SQLFeatureNotSupportedException(
              "Rows are changed by statements here, not through a result set: the change would not"
                  + " be committed. Nothing was sent.");
        }
      }
    }
    Statement made = (Statement) Objects.requireNonNull(call(driver, method, args));
    open.add(made);
    return proxied(type, new GuardedStatement(this, made, text));
  }

  private void release() {
    if (closed) {
      return;
    }
    closed = true;
    boolean ended = false;
    try {
      for (Statement statement : List.copyOf(open)) {
        statement.close();
      }
      if (!isBroken()) {
        transaction.end();
        if (mayHaveMoved && !changedSession && !isOnBranch()) {
          LOG.warn("A connection of branch {} was moved elsewhere; it is thrown away", branch);
          broken = true;
        }
      }
      ended = true;
    } catch (SQLException e) {
      LOG.debug("A connection of branch {} is thrown away", branch, e);
    } finally {
      broken |= changedSession || !ended;
      onRelease.accept(this);
    }
  }

  private boolean isOnBranch() throws SQLException {
    try (Statement statement = driver.createStatement();
        ResultSet answer = statement.executeQuery("VALUES ROW(active_branch(), @@autocommit)")) {
      boolean physicalAutoCommit = !transaction.doltCommits();
      return answer.next()
          && branch.value().equals(answer.getString(1))
          && physicalAutoCommit == answer.getBoolean(2);
    } finally {
      if (transaction.doltCommits()) {
        driver.rollback();
      }
    }
  }

  private static SQLException noSavepoints() {
    return new SQLFeatureNotSupportedException(
        "On a branch's connection Dolt accepts savepoints, and then rolls nothing back to them."
            + " Nothing was sent. Use a transaction of its own for what may be undone.");
  }

  private static Object first(Object @Nullable [] args) {
    return Objects.requireNonNull(args)[0];
  }
}
