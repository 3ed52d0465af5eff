package dev.polecat.mergequeue.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

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

  private String writeAlone(int write) throws SQLException {
    alone.add(write);
    if (write == BAD) {
      throw new SQLException("bad");
    }
    return "answer " + write;
  }

  private List<String> writeTogether(List<Integer> writes) {
    begin(writes);
    return writes.stream().map(write -> "answer " + write).toList();
  }

  private List<String> failTogether(List<Integer> writes) throws SQLException {
    begin(writes);
    throw new SQLException("one of them is bad");
  }

  private List<String> dieTogether(List<Integer> writes) {
    begin(writes);
    throw new OutOfMemoryError("not really");
  }

  /** The first write is under way until it may go on. */
  private void begin(List<Integer> writes) {
    groups.add(writes);
    if (writes.equals(List.of(FIRST))) {
      begun.countDown();
      goOn.acquireUninterruptibly();
    }
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
  void whoeverFindsNothingUnderWayWritesAtOnce() throws SQLException {
    GroupCommit<Integer, String> commit = new GroupCommit<>(this::writeAlone, this::writeTogether);

    assertThat(commit.write(1)).isEqualTo("answer 1");
    assertThat(commit.write(2)).isEqualTo("answer 2");
    assertThat(groups).containsExactly(List.of(1), List.of(2));
    assertThat(alone).isEmpty();
  }

  @Test
  void nobodyWaitsForOneWhoIsInTroubleAlone() throws Exception {
    CountDownLatch troubled = new CountDownLatch(1);
    GroupCommit<Integer, String> commit =
        new GroupCommit<>(
            write -> {
              troubled.countDown();
              goOn.acquireUninterruptibly();
              return writeAlone(write);
            },
            writes -> {
              if (writes.contains(BAD)) {
                throw new SQLException("try again");
              }
              return writeTogether(writes);
            });
    Thread patient = start(commit, BAD);
    troubled.await();

    assertThat(commit.write(1)).isEqualTo("answer 1");
    goOn.release();
    patient.join();
    assertThat(told.get(BAD)).asString().contains("bad");
  }

  @Test
  void allWhoComeMeanwhileAreWrittenTogetherAndEachGetsHisOwnAnswer() throws Exception {
    writeAll(new GroupCommit<>(this::writeAlone, this::writeTogether));

    assertThat(alone).isEmpty();
    assertThat(groups).hasSize(2);
    assertThat(groups.get(1)).hasSize(OTHERS);
    assertThat(told).hasSize(OTHERS + 1);
    told.forEach((write, answer) -> assertThat(answer).isEqualTo("answer " + write));
  }

  @Test
  void whenTheyCannotBeWrittenTogetherOnlyWhoseWriteIsBadFails() throws Exception {
    writeAll(new GroupCommit<>(this::writeAlone, this::failTogether));

    assertThat(groups).hasSize(2);
    assertThat(told.remove(BAD)).isInstanceOf(SQLException.class);
    assertThat(told).hasSize(OTHERS);
    told.forEach((write, answer) -> assertThat(answer).isEqualTo("answer " + write));
  }

  @Test
  void nobodyWaitsForOneWhoDied() throws Exception {
    writeAll(new GroupCommit<>(this::writeAlone, this::dieTogether));

    assertThat(told).hasSize(OTHERS + 1);
    assertThat(told.values()).filteredOn(OutOfMemoryError.class::isInstance).hasSize(2);
    assertThat(told.values())
        .filteredOn(String.class::isInstance)
        .hasSizeBetween(OTHERS - 2, OTHERS - 1); // who died may have been the bad one
  }
}
