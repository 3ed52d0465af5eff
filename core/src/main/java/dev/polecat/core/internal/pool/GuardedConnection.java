package dev.polecat.core.internal.pool;

import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltError;
import dev.polecat.core.LeftBranchException;
import dev.polecat.core.internal.sql.SqlText;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection users hold: stays on its branch, and ends transactions as the commit mode says.
 *
 * <p>In {@link CommitMode#PER_TRANSACTION} the physical connection never autocommits, and a
 * transaction ends with {@code DOLT_COMMIT} in place of {@code COMMIT}: one root update instead of
 * two, and the only way to name an author. What looks like autocommit to the user is one such
 * transaction per writing statement. A read outside a transaction leaves its snapshot open until
 * the next statement or the return to the pool, whichever comes first.
 */
final class GuardedConnection implements InvocationHandler {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedConnection.class);
  private static final String DOLT_COMMIT =
      "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', ?, '--author', ?)";

  private final Connection pooled;
  private final Connection driver;
  private final BranchName branch;
  private final BranchSession session;
  private final Consumer<GuardedConnection> onRelease;
  private final Connection proxy;
  private final Set<Statement> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private boolean autoCommit = true;
  private boolean sqlTransaction;
  private boolean transactionOpen;
  private boolean mayHaveMoved;
  private boolean changedSession;
  private boolean broken;
  private boolean closed;

  /**
   * Wraps a connection from the pool.
   *
   * @param pooled the pool's connection, which knows how to go back
   * @param driver the driver's connection behind it; statements run there, so that the pool does
   *     not add a ROLLBACK of its own to every return
   * @param onRelease called once, after the user's close, with {@link #isBroken()} decided
   */
  GuardedConnection(
      Connection pooled,
      Connection driver,
      BranchName branch,
      BranchSession session,
      Consumer<GuardedConnection> onRelease) {
    this.pooled = pooled;
    this.driver = driver;
    this.branch = branch;
    this.session = session;
    this.onRelease = onRelease;
    this.proxy =
        (Connection)
            Proxy.newProxyInstance(
                GuardedConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
  }

  Connection proxy() {
    return proxy;
  }

  Connection pooled() {
    return pooled;
  }

  /** Whether the connection must not be handed out again. */
  boolean isBroken() {
    return broken;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
      throws Throwable {
    String name = method.getName();
    switch (name) {
      case "close" -> {
        release();
        return null;
      }
      case "isClosed" -> {
        return closed || driver.isClosed();
      }
      case "equals" -> {
        return args != null && self == args[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(self);
      }
      case "toString" -> {
        return "connection to branch " + branch;
      }
      default -> {
        if (closed) {
          throw new SQLException("This connection is closed.", "08003");
        }
      }
    }
    switch (name) {
      case "getAutoCommit" -> {
        return doltCommits() ? autoCommit : driver.getAutoCommit();
      }
      case "setAutoCommit" -> {
        setAutoCommit((Boolean) first(args));
        return null;
      }
      case "commit" -> {
        commit();
        return null;
      }
      case "rollback" -> {
        if (args == null) {
          rollback();
          return null;
        }
        throw noSavepoints();
      }
      case "setCatalog", "setSchema" -> {
        if (!String.valueOf(first(args)).equals(driver.getCatalog())) {
          throw new LeftBranchException(branch, name + " moves the connection to another branch");
        }
        return null;
      }
      case "createStatement" -> {
        return guard((Statement) call(driver, method, args), Statement.class, null);
      }
      case "prepareStatement" -> {
        SqlText text = checked((String) first(args));
        return guard((Statement) call(driver, method, args), PreparedStatement.class, text);
      }
      case "prepareCall" -> {
        SqlText text = checked((String) first(args));
        return guard(
            (Statement) call(driver, method, args), java.sql.CallableStatement.class, text);
      }
      case "setSavepoint", "releaseSavepoint" -> {
        throw noSavepoints();
      }
      case "nativeSQL", "abort" -> {
        return call(driver, method, args);
      }
      case "unwrap", "getMetaData" -> {
        // what the user does with the driver's own objects is not seen here
        mayHaveMoved = true;
        return call(pooled, method, args);
      }
      default -> {
        return call(pooled, method, args);
      }
    }
  }

  /** Refuses a statement that would leave the branch; notes one that might. */
  SqlText checked(String sql) throws SQLException {
    SqlText text = SqlText.of(sql);
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

  boolean doltCommits() {
    return session.commitMode() == CommitMode.PER_TRANSACTION;
  }

  /** Whether the next statement is a transaction of its own. */
  boolean commitsEachStatement() {
    return doltCommits() && autoCommit && !sqlTransaction;
  }

  /** Called before a statement that is a transaction of its own: it must see the newest rows. */
  void endSnapshot() throws SQLException {
    if (transactionOpen) {
      rollback();
    }
  }

  void noteTransactionOpen() {
    transactionOpen = true;
  }

  void beginSqlTransaction() {
    sqlTransaction = true;
    transactionOpen = true;
  }

  void forget(Statement statement) {
    open.remove(statement);
  }

  void commit() throws SQLException {
    if (!doltCommits()) {
      driver.commit();
      return;
    }
    try (PreparedStatement statement = driver.prepareStatement(DOLT_COMMIT)) {
      statement.setString(1, session.commitMessage());
      statement.setString(2, session.author().toString());
      statement.execute();
    } catch (SQLException e) {
      throw afterFailure(e);
    }
    transactionOpen = false;
    sqlTransaction = false;
  }

  /** Called before BEGIN, which commits what is open. */
  void commitIfOpen() throws SQLException {
    if (transactionOpen) {
      commit();
    }
  }

  void rollback() throws SQLException {
    driver.rollback();
    transactionOpen = false;
    sqlTransaction = false;
  }

  /** Ends what a failed statement or commit left of its transaction, and returns the failure. */
  SQLException afterFailure(SQLException failure) {
    if (DoltError.of(failure) == DoltError.CONNECTION_LOST) {
      broken = true;
      return failure;
    }
    try {
      rollback();
    } catch (SQLException e) {
      broken = true;
      failure.addSuppressed(e);
    }
    return failure;
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

  private void setAutoCommit(boolean on) throws SQLException {
    if (!doltCommits()) {
      driver.setAutoCommit(on);
    } else if (on != autoCommit) {
      if (on && transactionOpen) {
        commit(); // as JDBC demands
      } else if (transactionOpen) {
        rollback(); // only a read's snapshot can be open here
      }
      autoCommit = on;
    }
  }

  private <S extends Statement> S guard(
      @Nullable Statement statement, Class<S> type, @Nullable SqlText text) {
    Statement made = java.util.Objects.requireNonNull(statement);
    open.add(made);
    return type.cast(
        Proxy.newProxyInstance(
            GuardedConnection.class.getClassLoader(),
            new Class<?>[] {type},
            new GuardedStatement(this, made, text)));
  }

  private void release() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      for (Statement statement : List.copyOf(open)) {
        statement.close();
      }
      if (!broken) {
        endTransaction();
        broken |= changedSession;
        if (mayHaveMoved && !broken && !isOnBranch()) {
          LOG.warn("A connection of branch {} was moved elsewhere; it is thrown away", branch);
          broken = true;
        }
      }
    } catch (SQLException e) {
      LOG.debug("A connection of branch {} is thrown away", branch, e);
      broken = true;
    } finally {
      onRelease.accept(this);
    }
  }

  private void endTransaction() throws SQLException {
    if (doltCommits()) {
      endSnapshot();
      return;
    }
    if (sqlTransaction) {
      try (Statement statement = driver.createStatement()) {
        statement.execute("ROLLBACK"); // the driver's method refuses to in autocommit
      }
    }
    if (!driver.getAutoCommit()) {
      driver.rollback();
      driver.setAutoCommit(true);
    }
  }

  private boolean isOnBranch() throws SQLException {
    try (Statement statement = driver.createStatement();
        ResultSet answer = statement.executeQuery("SELECT active_branch(), @@autocommit")) {
      boolean physicalAutoCommit = !doltCommits();
      return answer.next()
          && branch.value().equals(answer.getString(1))
          && physicalAutoCommit == answer.getBoolean(2);
    } finally {
      if (doltCommits()) {
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
    return java.util.Objects.requireNonNull(args)[0];
  }
}
