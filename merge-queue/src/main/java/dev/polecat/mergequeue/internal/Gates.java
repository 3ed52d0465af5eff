package dev.polecat.mergequeue.internal;

import dev.polecat.core.ReadOnlyConnection;
import dev.polecat.mergequeue.Decisions;
import dev.polecat.mergequeue.MergeDiff;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.spi.GateVerdict;
import dev.polecat.mergequeue.spi.MergeGate;
import dev.polecat.mergequeue.spi.MergedState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The gates of a queue, asked one after the other, each on a thread of its own and with a time
 * limit.
 *
 * @param gates the gates, in their order
 * @param limit how long each may take
 */
public record Gates(List<MergeGate> gates, Duration limit) {
  /** Copies the gates. */
  public Gates {
    gates = List.copyOf(gates);
  }

  public boolean isEmpty() {
    return gates.isEmpty();
  }

  /**
   * Has all gates look at a merge.
   *
   * @throws ParkException if one does not let it pass; it may still be running then, so the
   *     connection must be closed
   */
  void ask(MergeRequest request, Decisions decisions, MergeDiff diff, Connection connection)
      throws ParkException, SQLException, InterruptedException {
    for (MergeGate gate : gates) {
      Connection view = ReadOnlyConnection.of(connection);
      GateVerdict verdict = ask(gate, new MergedState(request, decisions, diff, view));
      view.close(); // not after a failure: it would wait for what the gate is still reading
      if (verdict instanceof GateVerdict.Refuse refuse) {
        throw new ParkException(new ParkReason.GateRefused(gate.name(), refuse.why()));
      }
      if (verdict instanceof GateVerdict.Wait wait) {
        throw new ParkException(new ParkReason.GateWaiting(gate.name(), wait.forWhat()));
      }
    }
  }

  private GateVerdict ask(MergeGate gate, MergedState merge)
      throws ParkException, InterruptedException {
    FutureTask<GateVerdict> check =
        new FutureTask<>(() -> Objects.requireNonNull(gate.check(merge), "verdict"));
    Thread thread = new Thread(check, "merge-gate " + gate.name());
    thread.setDaemon(true);
    thread.start();
    try {
      return check.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new ParkException(new ParkReason.GateFailed(gate.name(), e.getCause()));
    } catch (TimeoutException e) {
      TimeoutException tooLong =
          new TimeoutException("no verdict after " + limit.toMillis() + " ms");
      throw new ParkException(new ParkReason.GateFailed(gate.name(), tooLong));
    } finally {
      thread.interrupt(); // does nothing to a thread that has ended
    }
  }
}
