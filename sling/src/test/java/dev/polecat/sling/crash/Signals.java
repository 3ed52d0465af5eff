package dev.polecat.sling.crash;

import java.io.IOException;

/** Signals to processes the harness started. */
final class Signals {
  private Signals() {}

  static void freeze(Process process) throws IOException, InterruptedException {
    send("-STOP", process);
  }

  static void thaw(Process process) throws IOException, InterruptedException {
    send("-CONT", process);
  }

  /** Has a JVM write its threads to its output. */
  static void dump(Process process) throws IOException, InterruptedException {
    send("-QUIT", process);
  }

  /** Ends a process that gets no chance to do anything, and waits until it is gone. */
  static void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private static void send(String signal, Process process)
      throws IOException, InterruptedException {
    if (process.isAlive()) {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }
  }
}
