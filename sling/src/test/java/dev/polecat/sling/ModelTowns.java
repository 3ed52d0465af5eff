package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.spi.Steps;
import dev.polecat.core.testing.TestServers;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Policy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Two towns on one server, each as good as a process of its own, which can die at any step. */
final class ModelTowns implements AutoCloseable {
  private final DoltDatabase database = TestServers.freshDatabase();
  private final TestRig observer;
  private final List<TestRig> towns = new ArrayList<>();
  private final List<Thread> queues = new ArrayList<>();

  /** What is thrown where a process dies. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  ModelTowns() {
    observer = TestRig.withoutSchema(database, TownConfig::withMergingLeftToOthers);
    observer.run(
        BranchName.MAIN,
        "CREATE TABLE writes (id VARCHAR(100) PRIMARY KEY)",
        "CREATE TABLE counter (id INT PRIMARY KEY, n INT)",
        "CREATE TABLE contested (id INT PRIMARY KEY, v VARCHAR(100))",
        "INSERT INTO counter VALUES (1, 0)",
        "INSERT INTO contested VALUES (1, '')",
        "CALL DOLT_COMMIT('-Am', 'tables')");
    observer.rig().queue().pause("model", "merges when it says so");
    for (int town = 0; town < 2; town++) {
      towns.add(null);
      queues.add(null);
      open(town);
    }
  }

  private void open(int town) {
    Set<Thread> before = queueThreads();
    TestRig opened =
        TestRig.withoutSchema(
            database,
            config ->
                config.withPolicies(
                    ConflictPolicies.builder()
                        .table("counter", t -> t.column("n", Policy.sum()))
                        .table("contested", t -> t.otherwise(Policy.park()))
                        .build()));
    opened.rig().queue();
    Set<Thread> started = queueThreads();
    started.removeAll(before);
    assertThat(started).hasSize(1);
    towns.set(town, opened);
    queues.set(town, started.iterator().next());
  }

  private Set<Thread> queueThreads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().equals("merge-queue " + database.name()));
    return threads;
  }

  TestRig observer() {
    return observer;
  }

  Rig rig(int town) {
    return towns.get(town).rig();
  }

  /** Does something in which the process dies at a step, if it comes to it. */
  void dyingAt(String step, Runnable act) {
    Steps.watch(
        reached -> {
          if (reached.equals(step)) {
            throw new Died();
          }
        });
    try {
      act.run();
    } catch (Died e) {
      // as was to be
    } finally {
      Steps.unwatch();
    }
  }

  /**
   * A process dies, and another takes its place: nothing is finished, nothing more is written, and
   * its sessions end.
   */
  void crash(int town) {
    crash(town, () -> {});
  }

  private void crash(int town, Runnable whenDead) {
    Rig rig = rig(town);
    Thread.currentThread().interrupt();
    rig.queue().close(); // gives up what waits
    assertThat(Thread.interrupted()).isTrue();
    rig.ledger().close();
    whenDead.run();
    towns.get(town).close();
    open(town);
  }

  /** Lets the queues merge until nothing waits. */
  void merge() {
    resume();
    TestRig.waitFor("merges", () -> observer.rig().queue().pending() == 0);
    pause();
  }

  /**
   * Lets the queues merge until nothing waits, or one of them comes to a step, and dies there; then
   * the others, and who takes its place, go on.
   *
   * @return the town that died
   */
  Optional<Integer> mergeDyingAt(String step) {
    AtomicReference<@Nullable Thread> victim = new AtomicReference<>();
    AtomicReference<Boolean> dead = new AtomicReference<>(false);
    Steps.watch(
        reached -> {
          if (reached.equals(step)
              && queues.contains(Thread.currentThread())
              && victim.compareAndSet(null, Thread.currentThread())) {
            while (!dead.get()) {
              LockSupport.parkNanos(1_000_000);
            }
            throw new Died();
          }
        });
    try {
      resume();
      TestRig.waitFor(
          "merges", () -> victim.get() != null || observer.rig().queue().pending() == 0);
      victim.compareAndSet(null, Thread.currentThread()); // from here on nobody dies
      Optional<Integer> died = Optional.of(queues.indexOf(victim.get())).filter(town -> town >= 0);
      died.ifPresent(town -> crash(town, () -> dead.set(true)));
      TestRig.waitFor("merges", () -> observer.rig().queue().pending() == 0);
      pause();
      return died;
    } finally {
      dead.set(true);
      Steps.unwatch();
    }
  }

  private void resume() {
    towns.forEach(town -> town.rig().queue().resume());
  }

  /** Nobody who looked before the pause merges what comes after it. */
  private void pause() {
    observer.rig().queue().pause("model", "merges when it says so");
    towns.forEach(town -> town.rig().queue().pause("model", "merges when it says so"));
  }

  @Override
  public void close() {
    Steps.unwatch();
    towns.forEach(TestRig::close);
    observer.close();
  }
}
