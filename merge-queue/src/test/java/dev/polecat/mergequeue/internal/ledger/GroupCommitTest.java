package dev.polecat.mergequeue.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes while a write is under way is written together, and everybody gets his own answer. */
@Timeout(60)
class GroupCommitTest {
  private static final int FIRST = 0;
  private static final int OTHERS = 20;
  private static final int BAD = 7;

  private final List<Integer> alone = Collections.synchronizedList(new ArrayList<>());
  private final List<List<Integer>> groups = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Semaphore goOn = new Semaphore(0);
  private final Map<Integer, Object> told = new ConcurrentHashMap<>();

  /** The first write is under way until it may go on. */
  private String writeAlone(int write) throws SQLException {
    alone.add(write);
    if (write == FIRST) {
      begun.countDown();
      goOn.acquireUninterruptibly();
    }
    if (write == BAD) {
      throw new SQLException("bad");
    }
    return "answer " + write;
  }

  private List<String> writeTogether(List<Integer> writes) {
    groups.add(writes);
    return writes.stream().map(write -> "answer " + write).toList();
  }

  private List<String> failTogether(List<Integer> writes) throws SQLException {
    groups.add(writes);
    throw new SQLException("one of them is bad");
  }

  private List<String> dieTogether(List<Integer> writes) {
    groups.add(writes);
    throw new OutOfMemoryError("not really");
  }

  /** Has the others come while the first is under way. */
  private void writeAll(GroupCommit<Integer, String> commit) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    threads.add(start(commit, FIRST));
    begun.await();
    IntStream.rangeClosed(1, OTHERS).forEach(write -> threads.add(start(commit, write)));
    for (Thread thread : threads.subList(1, threads.size())) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    goOn.release();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private Thread start(GroupCommit<Integer, String> commit, int write) {
    Thread thread =
        new Thread(
            () -> {
              try {
                told.put(write, commit.write(write));
              } catch (SQLException | Error e) {
                told.put(write, e);
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void whoeverFindsNothingUnderWayWritesAlone() throws SQLException {
    GroupCommit<Integer, String> commit = new GroupCommit<>(this::writeAlone, this::writeTogether);

    assertThat(commit.write(1)).isEqualTo("answer 1");
    assertThat(commit.write(2)).isEqualTo("answer 2");
    assertThatThrownBy(() -> commit.write(BAD)).hasMessage("bad");
    assertThat(commit.write(3)).isEqualTo("answer 3");
    assertThat(groups).isEmpty();
  }

  @Test
  void allWhoComeMeanwhileAreWrittenTogetherAndEachGetsHisOwnAnswer() throws Exception {
    writeAll(new GroupCommit<>(this::writeAlone, this::writeTogether));

    assertThat(alone).containsExactly(FIRST);
    assertThat(groups).singleElement().satisfies(group -> assertThat(group).hasSize(OTHERS));
    assertThat(told).hasSize(OTHERS + 1);
    told.forEach((write, answer) -> assertThat(answer).isEqualTo("answer " + write));
  }

  @Test
  void whenTheyCannotBeWrittenTogetherOnlyWhoseWriteIsBadFails() throws Exception {
    writeAll(new GroupCommit<>(this::writeAlone, this::failTogether));

    assertThat(groups).hasSize(1);
    assertThat(told.remove(BAD)).isInstanceOf(SQLException.class);
    assertThat(told).hasSize(OTHERS);
    told.forEach((write, answer) -> assertThat(answer).isEqualTo("answer " + write));
  }

  @Test
  void nobodyWaitsForOneWhoDied() throws Exception {
    writeAll(new GroupCommit<>(this::writeAlone, this::dieTogether));

    assertThat(told).hasSize(OTHERS + 1);
    assertThat(told.values()).filteredOn(OutOfMemoryError.class::isInstance).hasSize(1);
    assertThat(told.values())
        .filteredOn(String.class::isInstance)
        .hasSizeBetween(OTHERS - 1, OTHERS);
  }
}
