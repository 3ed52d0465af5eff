package dev.polecat.bench.compare;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** One run of one way to do something. Made anew for each run; used by one thread. */
public interface Work extends AutoCloseable {
  /**
   * What is needed before and not measured.
   *
   * @throws Exception if the run cannot be made
   */
  void prepare() throws Exception;

  /**
   * What is measured.
   *
   * @throws Exception if the run failed
   */
  void run() throws Exception;

  /**
   * Looks whether everything that was acknowledged is there.
   *
   * @return what else was counted, such as retries
   * @throws LostWriteException if something is missing: the run is a failure then, not a number
   * @throws Exception if it cannot be looked at
   */
  Map<String, Long> check() throws Exception;

  /**
   * Removes what the run left.
   *
   * @throws SQLException if the server refuses
   * @throws IOException if a file cannot be removed
   */
  @Override
  void close() throws SQLException, IOException;
}
