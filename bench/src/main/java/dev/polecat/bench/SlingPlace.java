package dev.polecat.bench;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import java.util.List;

/** A server of its own with a town, its ledger on, and a rig with branches. Thread-safe. */
final class SlingPlace implements AutoCloseable {
  private final BenchServer server;
  private final Town town;
  private final Rig rig;

  private SlingPlace(BenchServer server) {
    this.server = server;
    this.town = Town.open(TownConfig.external(server.server().endpoint()));
    this.rig = town.rig("bench").initSchema();
  }

  /** A rig with so many live branches that somebody slung. */
  static SlingPlace withLive(int branches) throws IOException {
    SlingPlace place = new SlingPlace(BenchServer.start());
    for (int i = 0; i < branches; i++) {
      place.rig.sling("live", "bench-" + i).close();
    }
    return place;
  }

  /** A rig where so many polecats were slung and are gone. */
  static SlingPlace afterSlings(int slings) throws IOException {
    SlingPlace place = new SlingPlace(BenchServer.start());
    for (int i = 0; i < slings; i++) {
      try (Polecat gone = place.rig.sling("gone", "bench-" + i)) {
        place.forget(List.of(gone.branch()));
      }
    }
    return place;
  }

  Rig rig() {
    return rig;
  }

  DoltDatabase database() {
    return rig.database();
  }

  /** Deletes branches, and what the ledger knows of them. */
  void forget(List<BranchName> branches) {
    for (BranchName branch : branches) {
      database().deleteBranchWithItsCommits(branch);
      rig.ledger().entry(branch).ifPresent(entry -> rig.ledger().remove(List.of(entry)));
    }
  }

  @Override
  public void close() throws IOException {
    town.close();
    server.close();
  }
}
