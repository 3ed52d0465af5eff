package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.CuttingProxy.Cut;
import dev.polecat.mergequeue.LedgerEntry.State;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Writes that reach the server together are answered one by one, as if each had come alone. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class LedgerTogetherTest {
  private static final int WRITERS = 12;

  /** As it is sent: a query that begins so. */
  private static final String COMMIT = "\u0003COMMIT";

  private CuttingProxy proxy;
  private DoltServer throughProxy;
  private Ledger ledger;
  private MainAndBranches tables;

  @BeforeEach
  void open(DoltServer server, DoltDatabase database) {
    tables = new MainAndBranches(database);
    proxy = new CuttingProxy(server.endpoint());
    throughProxy = DoltServer.connect(proxy.endpoint());
    ledger = Ledger.on(throughProxy, database.name(), DatabaseName.of("rig"));
  }

  @AfterEach
  void close() {
    ledger.close();
    throughProxy.close();
    proxy.close();
  }

  private List<LedgerEntry> added(String prefix) {
    List<LedgerEntry> entries =
        IntStream.range(0, WRITERS).mapToObj(i -> LedgerSamples.sealed(prefix + i)).toList();
    entries.forEach(entry -> assertThat(ledger.add(entry)).isTrue());
    return entries;
  }

  private static LedgerEntry failed(LedgerEntry entry, String error) {
    return entry.fail(error, LedgerSamples.TIME, LedgerSamples.TIME);
  }

  private List<LedgerEntry> all() {
    return ledger.entries(EnumSet.allOf(State.class));
  }

  private List<Callable<Boolean>> failEach(List<LedgerEntry> before) {
    return before.stream()
        .map(entry -> (Callable<Boolean>) () -> ledger.replace(entry, failed(entry, "error")))
        .toList();
  }

  /** Has writers come while a write is held up, then lets it go on. */
  private List<FutureTask<Boolean>> together(List<Callable<Boolean>> writers) throws Exception {
    return together(writers, () -> {});
  }

  private List<FutureTask<Boolean>> together(List<Callable<Boolean>> writers, Runnable then)
      throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    proxy.before(
        "held-up",
        () -> {
          held.countDown();
          awaitUninterruptibly(goOn);
        });
    List<Thread> threads = new ArrayList<>();
    Thread first = new Thread(() -> ledger.add(LedgerSamples.sealed("held-up")));
    first.start();
    held.await();
    List<FutureTask<Boolean>> answers = writers.stream().map(FutureTask::new).toList();
    for (FutureTask<Boolean> answer : answers) {
      Thread thread = new Thread(answer);
      threads.add(thread);
      thread.start();
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    then.run();
    goOn.countDown();
    first.join();
    for (Thread thread : threads) {
      thread.join();
    }
    return answers;
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theyAreCommittedAtOnce() throws Exception {
    AtomicInteger commits = new AtomicInteger();
    List<Callable<Boolean>> writers = failEach(added("b"));
    List<FutureTask<Boolean>> answers = together(writers, () -> countCommits(commits));

    for (FutureTask<Boolean> answer : answers) {
      assertThat(answer.get()).isTrue();
    }
    assertThat(commits).hasValue(1);
    assertThat(all()).filteredOn(entry -> entry.attempts() == 1).hasSize(WRITERS);
  }

  private void countCommits(AtomicInteger commits) {
    proxy.before(
        COMMIT,
        () -> {
          commits.incrementAndGet();
          countCommits(commits);
        });
  }

  @Test
  void whoCameTooLateIsToldSoAmongThoseWhoDidNot() throws Exception {
    List<LedgerEntry> before = added("b");
    LedgerEntry contested = before.get(0);
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (LedgerEntry entry : before) {
      writers.add(() -> ledger.replace(entry, failed(entry, "own")));
      writers.add(() -> ledger.replace(contested, failed(contested, "contested")));
      writers.add(() -> ledger.add(LedgerSamples.sealed("new")));
      writers.add(() -> ledger.add(LedgerSamples.sealed(entry.branch().value())));
    }
    List<FutureTask<Boolean>> answers = together(writers);

    int contestedWinners = 0;
    int newWinners = 0;
    for (int i = 0; i < before.size(); i++) {
      boolean own = answers.get(4 * i).get();
      if (i == 0) {
        contestedWinners += own ? 1 : 0;
      } else {
        assertThat(own).isTrue();
      }
      contestedWinners += answers.get(4 * i + 1).get() ? 1 : 0;
      newWinners += answers.get(4 * i + 2).get() ? 1 : 0;
      assertThat(answers.get(4 * i + 3).get()).isFalse();
    }
    assertThat(contestedWinners).isEqualTo(1);
    assertThat(newWinners).isEqualTo(1);
    assertThat(all()).hasSize(WRITERS + 2);
    assertThat(all()).filteredOn(entry -> entry.attempts() == 1).hasSize(WRITERS);
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void aConnectionLostInTheMiddleIsResolvedForEach(Cut cut) throws Exception {
    List<LedgerEntry> before = added("b");
    LedgerEntry stale = before.get(0);
    LedgerEntry now = failed(stale, "earlier");
    assertThat(ledger.replace(stale, now)).isTrue();
    List<FutureTask<Boolean>> answers =
        together(failEach(before), () -> proxy.cut(cut, "REPLACE INTO branches", 1));

    assertThat(proxy.left()).isZero();
    assertThat(answers.get(0).get()).isFalse();
    for (FutureTask<Boolean> answer : answers.subList(1, WRITERS)) {
      assertThat(answer.get()).isTrue();
    }
    assertThat(ledger.entry(stale.branch())).contains(now);
    assertThat(all()).filteredOn(entry -> entry.attempts() == 1).hasSize(WRITERS);
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void aConnectionLostAtTheCommitIsResolvedForEach(Cut cut) throws Exception {
    List<FutureTask<Boolean>> answers =
        together(failEach(added("b")), () -> proxy.cut(cut, COMMIT, 1));

    assertThat(proxy.left()).isZero();
    for (FutureTask<Boolean> answer : answers) {
      assertThat(answer.get()).isTrue();
    }
    assertThat(all()).filteredOn(entry -> entry.attempts() == 1).hasSize(WRITERS);
  }

  @Test
  void whatDoesNotFitFailsAlone() throws Exception {
    Lease tooLong = new Lease("h".repeat(300), LedgerSamples.TIME);
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      LedgerEntry entry = LedgerSamples.sealed("b" + i);
      writers.add(() -> ledger.add(entry));
    }
    LedgerEntry bad = LedgerEntry.active(LedgerSamples.request("bad"), tooLong, LedgerSamples.TIME);
    writers.add(WRITERS / 2, () -> ledger.add(bad));
    List<FutureTask<Boolean>> answers = new ArrayList<>(together(writers));

    FutureTask<Boolean> badAnswer = answers.remove(WRITERS / 2);
    assertThatThrownBy(badAnswer::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(DoltSqlException.class)
        .hasMessageContaining("branch bad");
    for (FutureTask<Boolean> answer : answers) {
      assertThat(answer.get()).isTrue();
    }
    assertThat(ledger.entry(bad.branch())).isEmpty();
    assertThat(all()).hasSize(WRITERS + 1);
  }

  @Test
  void whatAnotherProcessChangesMeanwhileIsNotWrittenOver() throws Exception {
    List<Callable<Boolean>> writers = failEach(added("b"));
    Runnable change =
        () ->
            tables.run(
                BranchName.MAIN,
                "UPDATE branches SET version = UUID(), last_error = 'theirs' WHERE branch = 'b3'");
    List<FutureTask<Boolean>> answers = together(writers, () -> proxy.before(COMMIT, change));

    for (int i = 0; i < WRITERS; i++) {
      assertThat(answers.get(i).get()).isEqualTo(i != 3);
    }
    assertThat(ledger.entry(BranchName.of("b3")).orElseThrow().lastError()).contains("theirs");
  }
}
