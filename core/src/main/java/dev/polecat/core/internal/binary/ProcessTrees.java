package dev.polecat.core.internal.binary;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Ends a process together with everything it started. */
final class ProcessTrees {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private ProcessTrees() {}

  /**
   * Returns when the processes are gone. Works in an interrupted thread, which must clean up too.
   */
  static void kill(Process process) {
    if (!process.isAlive()) {
      // its number may belong to another process by now
      return;
    }
    List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
    // the parent first, so that it starts no more; then what its children started meanwhile
    process.destroyForcibly();
    for (ProcessHandle child : List.copyOf(tree)) {
      tree.addAll(child.descendants().toList());
      child.destroyForcibly();
    }
    tree.forEach(ProcessHandle::destroyForcibly);
    tree.add(process.toHandle());
    long start = System.nanoTime();
    while (tree.stream().anyMatch(ProcessTrees::runs)
        && System.nanoTime() - start < PATIENCE.toNanos()) {
      pause();
    }
  }

  /**
   * A dead process whose parent does not collect it, which in a container may be for ever, still
   * counts as alive; but it has no command any more.
   */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  /** Unlike a sleep or a park, this is not cut short by an interrupt. */
  private static void pause() {
    new CompletableFuture<Void>().completeOnTimeout(null, 10, TimeUnit.MILLISECONDS).join();
  }
}
