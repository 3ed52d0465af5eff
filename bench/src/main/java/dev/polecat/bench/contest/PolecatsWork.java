package dev.polecat.bench.contest;

import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Through the library: every writer is slung onto a branch of its own, writes through its handle
 * with a connection borrowed for each commit, and is done. The town is open before, as the server
 * is; the connections to the branches are opened inside the timing. Nothing here retries: a commit
 * or a merge that fails, fails the run.
 */
final class PolecatsWork extends WritersWork {
  private final Map<Integer, Polecat> polecats = new ConcurrentHashMap<>();
  private @Nullable Town town;
  private @Nullable Rig rig;

  PolecatsWork(Arena arena) {
    super(arena, HotRule.NEWEST);
  }

  @Override
  void open() {
    town = Town.open(TownConfig.external(arena().endpoint()));
    rig = town.rig(arena().name().value());
  }

  @Override
  void write(int writer) throws SQLException {
    Polecat polecat = rig.sling("w" + writer, "bead-" + writer);
    polecats.put(writer, polecat);
    for (int commit = 0; commit < arena().workload().commits(); commit++) {
      Write write = journal().next(writer, commit);
      try (Connection connection = polecat.dataSource().getConnection()) {
        connection.setAutoCommit(false);
        Beads.send(connection, write);
        connection.commit();
      }
      journal().acknowledge(write);
    }
  }

  @Override
  void merge(int writer) {
    MergeOutcome outcome = polecats.get(writer).done().toCompletableFuture().join();
    if (!(outcome instanceof MergeOutcome.Merged merged) || merged.branchKept().isPresent()) {
      throw new IllegalStateException("Not merged and gone: " + outcome);
    }
  }

  @Override
  void check(MainCheck main) throws SQLException, LostWriteException {
    super.check(main);
    List<LedgerEntry> left = rig.ledger().entries(EnumSet.allOf(LedgerEntry.State.class));
    if (!left.isEmpty()) {
      throw new IllegalStateException("The ledger still knows " + left + ".");
    }
  }

  @Override
  public void close() throws SQLException, IOException {
    if (town != null) {
      town.close();
    }
  }
}
