package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the model knows of one branch. */
final class ModelBranch {
  /** Its name; a sling that died has one that only the ledger knows. */
  final BranchName name;

  /** What is in the one cell that merges can contest, at the commit it was forked from. */
  final String base;

  /** The writes that were acknowledged. */
  final List<String> writes = new ArrayList<>();

  /** What it wrote into the contested cell; empty if nothing. */
  String contested = "";

  /** Where the ledger has it; null when it is forgotten there. */
  @Nullable State state = State.ACTIVE;

  boolean exists = true;
  boolean expired;
  boolean tagged;
  @Nullable Polecat handle;

  /** What waits for its outcome, unless the process that waited died. */
  @Nullable CompletionStage<MergeOutcome> stage;

  /** The town of handle and stage. */
  int town;

  ModelBranch(BranchName name, String base, int town) {
    this.name = name;
    this.base = base;
    this.town = town;
  }

  boolean hasWork() {
    return !writes.isEmpty() || !contested.isEmpty();
  }

  boolean isOpen() {
    return state == State.ACTIVE && handle != null;
  }

  void drop() {
    if (handle != null) {
      handle.close();
      handle = null;
    }
  }

  void gone() {
    state = null;
    exists = false;
    drop();
  }

  @Override
  public String toString() {
    return name + " " + state + " " + writes;
  }
}
