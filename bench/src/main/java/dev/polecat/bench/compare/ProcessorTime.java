package dev.polecat.bench.compare;

import dev.polecat.core.DoltServer;
import java.time.Duration;

/** The processor time a process has used since it began. */
public final class ProcessorTime {
  private ProcessorTime() {}

  /**
   * A server's.
   *
   * @param server a managed server that runs
   * @return its time; zero if the system does not tell
   */
  public static Duration of(DoltServer server) {
    return of(ProcessHandle.of(server.pid().orElseThrow()).orElseThrow());
  }

  /**
   * This JVM's.
   *
   * @return its time; zero if the system does not tell
   */
  public static Duration ofThisJvm() {
    return of(ProcessHandle.current());
  }

  private static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
