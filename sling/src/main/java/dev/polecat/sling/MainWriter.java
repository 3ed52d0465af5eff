package dev.polecat.sling;

import dev.polecat.core.Author;
import dev.polecat.core.BranchDataSource;
import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.TransactionRetry;
import dev.polecat.sling.schema.TownJdbi;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;

/**
 * Writes main directly, each transaction a Dolt commit. Thread-safe; got from {@link Rig#main}.
 *
 * <p>Two transactions that change the same rows at once cannot both win; {@link #inTransaction}
 * runs the loser again as a whole. Writes through {@link #jdbi()} or {@link #dataSource()} see the
 * server's error 1213 instead.
 */
public final class MainWriter implements AutoCloseable {
  private final BranchDataSource dataSource;
  private final Jdbi jdbi;
  private final TransactionRetry retry = TransactionRetry.ofDefaults();

  MainWriter(DoltDatabase database, Author author, Duration patience) {
    this.dataSource =
        database.open(
            BranchName.MAIN,
            BranchSession.of(author)
                .withCommitMessage(author.name() + ": write to main")
                .withPatience(patience));
    this.jdbi = TownJdbi.of(dataSource);
  }

  /**
   * Connections to main.
   *
   * @return a data source that reaches main only
   */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * Main through Jdbi, with the town's records and SQL objects known to it.
   *
   * @return a Jdbi that reaches main only
   */
  public Jdbi jdbi() {
    return jdbi;
  }

  /**
   * Runs a transaction on main, and runs it again when it lost against another.
   *
   * @param work the whole transaction; must have no effect but on the database
   * @param <T> the type of the result
   * @param <X> what the work may throw
   * @return the result of the attempt that was committed
   * @throws X what the last attempt threw, with the earlier failures as suppressed
   */
  public <T, X extends Exception> T inTransaction(HandleCallback<T, X> work) throws X {
    return retry.<T, X>call(() -> jdbi.inTransaction(work));
  }

  /**
   * Runs a transaction on main that returns nothing, and runs it again when it lost.
   *
   * @param work the whole transaction; must have no effect but on the database
   * @param <X> what the work may throw
   * @throws X what the last attempt threw, with the earlier failures as suppressed
   */
  public <X extends Exception> void useTransaction(HandleConsumer<X> work) throws X {
    inTransaction(work.asCallback());
  }

  @Override
  public void close() {
    dataSource.close();
  }
}
