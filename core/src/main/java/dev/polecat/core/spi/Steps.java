package dev.polecat.core.spi;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * The named steps on a branch's way, such as {@code done.sealed}: the instants at which a test that
 * wants to know whether anything can be lost kills a process, a server or a connection.
 * Thread-safe. Nothing happens at a step unless somebody watches.
 */
public final class Steps {
  private static final Consumer<String> NOBODY = step -> {};
  private static volatile Consumer<String> watcher = NOBODY;

  private Steps() {}

  /**
   * Says that this thread has come to a step.
   *
   * @param step its name, {@code <what>.<step>}
   */
  public static void reached(String step) {
    watcher.accept(step);
  }

  /**
   * Has somebody told of every step of this JVM from now on, on the thread that reaches it; what
   * this throws is thrown from there. One watches at a time.
   *
   * @param watcher is given the steps' names
   */
  public static void watch(Consumer<String> watcher) {
    Steps.watcher = Objects.requireNonNull(watcher, "watcher");
  }

  /** Ends the watch. */
  public static void unwatch() {
    watcher = NOBODY;
  }
}
