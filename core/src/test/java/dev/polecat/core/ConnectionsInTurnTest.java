package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections that are all in use are waited for in line. */
@Timeout(60)
@ExtendWith(DoltTestServer.class)
class ConnectionsInTurnTest {
  private static final int WAITING = 20;

  private final TestBranch branch;
  private final List<Integer> served = new CopyOnWriteArrayList<>();
  private final List<FutureTask<Void>> waiting = new ArrayList<>();

  ConnectionsInTurnTest(DoltDatabase database) throws SQLException {
    branch = TestBranch.of(database, "toast", session -> session.withMaxConnections(1));
  }

  @AfterEach
  void close() {
    branch.close();
  }

  @Test
  void whoAskedFirstIsServedFirst() throws Exception {
    try (Connection held = branch.connection()) {
      assertThat(held.isClosed()).isFalse();
      letThemWait();
    }
    for (FutureTask<Void> each : waiting) {
      each.get();
    }
    assertThat(served).containsExactlyElementsOf(IntStream.range(0, WAITING).boxed().toList());
  }

  @Test
  void whoeverWaitsIsToldWhenTheBranchIsClosed() throws Exception {
    try (Connection held = branch.connection()) {
      assertThat(held.isClosed()).isFalse();
      letThemWait();
      branch.source().close();
      for (FutureTask<Void> each : waiting) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(each::get)
            .withCauseInstanceOf(BranchClosedException.class);
      }
    }
    assertThat(served).isEmpty();
  }

  /** Returns when all wait, one after the other. */
  private void letThemWait() {
    for (int i = 0; i < WAITING; i++) {
      int place = i;
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                try (Connection connection = branch.connection()) {
                  served.add(place);
                  assertThat(connection.isValid(5)).isTrue();
                }
                return null;
              });
      waiting.add(task);
      Thread thread = new Thread(task, "waits " + i);
      thread.start();
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.yield();
      }
    }
  }
}
