package dev.polecat.sling;

import dev.polecat.core.Endpoint;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.MergeOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that works in a town: slings, writes, is done or leaves, and says what was
 * acknowledged. Each write inserts a row of its own and adds one to a counter that all share.
 */
final class TownWorker {
  static final int KILLED = 9;
  static final String WROTE = "WROTE ";
  private static final int WRITES = 3;

  private TownWorker() {}

  /**
   * Runs the worker.
   *
   * @param arguments port, rig, name, number of polecats; the step at whose second time this
   *     process is to end at once, or "-"; and the process whose end it waits for before it merges,
   *     or 0
   */
  public static void main(String[] arguments) throws Exception {
    TownConfig config = TownConfig.external(Endpoint.local(Integer.parseInt(arguments[0])));
    String rig = arguments[1];
    int polecats = Integer.parseInt(arguments[3]);
    long predecessor = Long.parseLong(arguments[5]);
    haltAt(arguments[4]);
    try (Town town = Town.open(predecessor == 0 ? config : config.withMergingLeftToOthers())) {
      work(town.rig(rig), arguments[2], polecats, predecessor == 0);
      if (predecessor == 0) {
        awaitMerges(town.rig(rig));
      }
    }
    if (predecessor != 0) {
      ProcessHandle.of(predecessor).ifPresent(other -> other.onExit().join());
      try (Town town = Town.open(config)) {
        awaitMerges(town.rig(rig));
      }
    }
  }

  private static void haltAt(String step) {
    AtomicInteger times = new AtomicInteger();
    Steps.watch(
        reached -> {
          if (reached.equals(step) && times.incrementAndGet() == 2) {
            Runtime.getRuntime().halt(KILLED);
          }
        });
  }

  private static void work(Rig rig, String name, int polecats, boolean waits) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> works = new ArrayList<>();
      for (int i = 0; i < polecats; i++) {
        String polecat = name + "-" + i;
        boolean done = waits && i % 2 == 0;
        works.add(threads.submit(() -> work(rig, polecat, done)));
      }
      for (Future<?> work : works) {
        work.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static void work(Rig rig, String name, boolean waits) {
    Polecat polecat = rig.sling(name, "gt-" + name);
    for (int i = 0; i < WRITES; i++) {
      String id = name + "/" + i;
      polecat.inTransaction(
          handle -> {
            handle.execute("INSERT INTO writes (id) VALUES (?)", id);
            return handle.execute("UPDATE counter SET n = n + 1 WHERE id = 1");
          });
      say(WROTE + id);
    }
    if (!waits) {
      polecat.leave();
    } else if (polecat.done().toCompletableFuture().join() instanceof MergeOutcome.Parked parked) {
      throw new IllegalStateException(parked.reason().message());
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void awaitMerges(Rig rig) throws InterruptedException {
    while (rig.queue().pending() > 0) {
      Thread.sleep(20);
    }
  }
}
