package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.NotParkedException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A town of two processes as it should be, next to the real one. Each method does something to
 * both, also what is not allowed; {@link #check} compares them. Merging is paused but for {@link
 * #merge}.
 */
final class TownModel implements AutoCloseable {
  private final ModelTowns towns = new ModelTowns();
  private final TestRig observer = towns.observer();
  private final List<ModelBranch> branches = new ArrayList<>();
  private final Set<String> main = new TreeSet<>();
  private String contested = "";
  private int writes;

  private List<ModelBranch> branches(Predicate<ModelBranch> which) {
    return branches.stream().filter(which).toList();
  }

  private Optional<ModelBranch> pick(int number, Predicate<ModelBranch> which) {
    List<ModelBranch> found = branches(which);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(number % found.size()));
  }

  private ModelBranch any(int number) {
    return branches.get(number % branches.size());
  }

  boolean hasBranches() {
    return !branches.isEmpty();
  }

  void sling(int town) {
    Polecat polecat = towns.rig(town).sling("toast", "gt-1");
    ModelBranch slung = new ModelBranch(polecat.branch(), contested, town);
    slung.handle = polecat;
    branches.add(slung);
  }

  void slingDyingAt(String step, int town) {
    Set<BranchName> before = ledger().keySet();
    towns.dyingAt(step, () -> towns.rig(town).sling("toast", "gt-1"));
    Set<BranchName> slung = new TreeSet<>(ledger().keySet());
    slung.removeAll(before);
    assertThat(slung).hasSize(1);
    ModelBranch left = new ModelBranch(slung.iterator().next(), contested, town);
    left.exists = step.equals("sling.branched");
    branches.add(left);
    crash(town);
  }

  void write(int number) {
    pick(number, ModelBranch::isOpen)
        .ifPresent(
            branch -> {
              String id = "w" + ++writes;
              branch.handle.inTransaction(
                  handle -> {
                    handle.execute("INSERT INTO writes VALUES (?)", id);
                    return handle.execute("UPDATE counter SET n = n + 1");
                  });
              branch.writes.add(id);
            });
  }

  void contest(int number) {
    pick(number, ModelBranch::isOpen)
        .ifPresent(
            branch -> {
              String value = "v" + ++writes;
              branch.handle.inTransaction(
                  handle -> handle.execute("UPDATE contested SET v = ?", value));
              branch.contested = value;
            });
  }

  /** Done, or done again, which changes nothing. */
  void done(int number) {
    pick(number, branch -> branch.handle != null || branch.stage != null)
        .ifPresent(
            branch -> {
              Polecat polecat = branch.handle;
              if (polecat != null) {
                branch.stage = polecat.done();
                assertThat(polecat.done()).isSameAs(branch.stage);
                sealed(branch);
              }
            });
  }

  void leave(int number) {
    pick(number, ModelBranch::isOpen)
        .ifPresent(
            branch -> {
              branch.handle.leave();
              branch.handle.leave();
              sealed(branch);
            });
  }

  void doneDyingAt(String step, int number) {
    pick(number, ModelBranch::isOpen)
        .ifPresent(
            branch -> {
              int town = branch.town;
              towns.dyingAt(step, () -> branch.handle.done());
              if (step.equals("done.recorded")) {
                branch.state = State.SEALED;
              }
              crash(town);
            });
  }

  private static void sealed(ModelBranch branch) {
    branch.state = State.SEALED;
    branch.drop();
  }

  void nuke(int number, boolean tag, int town) {
    ModelBranch branch = any(number);
    Rig rig = towns.rig(town);
    if (branch.state == null && branch.tagged) { // said once more, to who did not hear of it
      assertThat(rig.nuke(branch.name)).isPresent();
      return;
    }
    if (branch.state == null || branch.state == State.SEALED) {
      assertThatThrownBy(() -> rig.nuke(branch.name)).isInstanceOf(IllegalStateException.class);
      return;
    }
    branch.drop();
    if (tag) {
      rig.nuke(branch.name);
    } else {
      rig.nukeWithoutTag(branch.name);
    }
    nuked(branch, tag);
  }

  private static void nuked(ModelBranch branch, boolean tag) {
    branch.tagged |= tag && branch.exists;
    branch.gone();
  }

  void nukeDyingAt(String step, int number, boolean tag, int town) {
    pick(number, branch -> branch.state == State.ACTIVE || branch.state == State.PARKED)
        .ifPresent(
            branch -> {
              branch.drop();
              Rig rig = towns.rig(town);
              boolean[] finished = new boolean[1];
              towns.dyingAt(
                  step,
                  () -> {
                    if (tag) {
                      rig.nuke(branch.name);
                    } else {
                      rig.nukeWithoutTag(branch.name);
                    }
                    finished[0] = true;
                  });
              if (finished[0]) { // it does not come to this step
                nuked(branch, tag);
              } else {
                branch.state = tag ? State.NUKED : State.NUKED_WITHOUT_TAG;
                branch.tagged |= tag && branch.exists && !step.equals("nuke.recorded");
                branch.exists &= !step.equals("nuke.deleted");
              }
              crash(town);
            });
  }

  void cancel(int number, int town) {
    ModelBranch branch = any(number);
    if (branch.state == State.SEALED && branch.hasWork()) {
      towns.rig(town).queue().cancel(branch.name, "model", "why");
      branch.state = State.PARKED;
      outcome(branch, MergeOutcome.Parked.class);
    } else {
      assertThatThrownBy(() -> towns.rig(town).queue().cancel(branch.name, "model", "why"))
          .isInstanceOf(NotParkedException.class);
    }
  }

  void retry(int number, int town) {
    ModelBranch branch = any(number);
    if (branch.state == State.PARKED) {
      branch.stage = towns.rig(town).queue().retry(branch.name, "model");
      branch.town = town;
      branch.state = State.SEALED;
    } else {
      assertThatThrownBy(() -> towns.rig(town).queue().retry(branch.name, "model"))
          .isInstanceOf(NotParkedException.class);
    }
  }

  void resume(int number, int town) {
    ModelBranch branch = any(number);
    Rig rig = towns.rig(town);
    if (branch.state == null) {
      assertThatThrownBy(() -> rig.resume(branch.name)).isInstanceOf(InvalidNameException.class);
    } else if (branch.state != State.ACTIVE && branch.state != State.PARKED) {
      assertThatThrownBy(() -> rig.resume(branch.name)).isInstanceOf(IllegalStateException.class);
    } else if (branch.exists) {
      branch.drop();
      branch.handle = rig.resume(branch.name);
      branch.town = town;
      branch.stage = null;
      branch.state = State.ACTIVE;
      branch.expired = false;
    }
  }

  void expire(int number) {
    pick(number, branch -> branch.state == State.ACTIVE)
        .ifPresent(
            branch -> {
              observer.expire(branch.name);
              branch.expired = true;
            });
  }

  void crash(int town) {
    towns.crash(town);
    died(town);
  }

  private void died(int town) {
    for (ModelBranch branch : branches(branch -> branch.town == town)) {
      branch.drop();
      branch.stage = null;
    }
  }

  void merge() {
    List<LedgerEntry> waiting = observer.rig().queue().waiting();
    towns.merge();
    merged(waiting);
  }

  void mergeDyingAt(String step) {
    List<LedgerEntry> waiting = observer.rig().queue().waiting();
    towns.mergeDyingAt(step).ifPresent(this::died);
    merged(waiting);
  }

  /** In the order of the ledger; what contests a cell that main has changed since is parked. */
  private void merged(List<LedgerEntry> waiting) {
    for (LedgerEntry entry : waiting) {
      ModelBranch branch = branches(b -> b.name.equals(entry.branch())).get(0);
      if (!branch.contested.isEmpty() && !branch.base.equals(contested)) {
        branch.state = State.PARKED;
        outcome(branch, MergeOutcome.Parked.class);
      } else {
        main.addAll(branch.writes);
        contested = branch.contested.isEmpty() ? contested : branch.contested;
        outcome(
            branch,
            MergeOutcome.Merged.class,
            MergeOutcome.AlreadyMerged.class,
            MergeOutcome.NothingToMerge.class);
        branch.gone();
      }
    }
  }

  private static void outcome(ModelBranch branch, Class<?>... types) {
    if (branch.stage != null) {
      assertThat(TestRig.await(branch.stage)).isInstanceOfAny(types);
      branch.stage = null;
    }
  }

  void sweep(Abandoned abandoned, boolean dryRun, int town) {
    if (dryRun) {
      List<String> before = observer.everything();
      towns.rig(town).sweepDryRun(abandoned);
      assertThat(observer.everything()).isEqualTo(before);
      return;
    }
    endSessionsOfTheAbandoned();
    towns.rig(town).sweep(abandoned);
    for (ModelBranch branch : branches) {
      if (branch.state == State.NUKED || branch.state == State.NUKED_WITHOUT_TAG) {
        nuked(branch, branch.state == State.NUKED);
      } else if (branch.state == State.ACTIVE && branch.expired) {
        if (!branch.hasWork()) {
          branch.gone();
        } else if (abandoned == Abandoned.SUBMIT) {
          sealed(branch);
        }
      }
    }
  }

  /** Those of dead processes: whoever has one is taken to be at work. */
  private void endSessionsOfTheAbandoned() {
    DoltDatabase database = observer.rig().database();
    branches.stream()
        .filter(branch -> branch.state == State.ACTIVE && branch.expired)
        .forEach(branch -> database.sessions(branch.name).forEach(database::endSession));
  }

  private Map<BranchName, State> ledger() {
    return observer.rig().ledger().entries(EnumSet.allOf(State.class)).stream()
        .collect(Collectors.toMap(LedgerEntry::branch, LedgerEntry::state));
  }

  /** Main, ledger, branches and tags are what the model says, and nothing was merged twice. */
  void check() {
    Map<BranchName, State> states = new HashMap<>();
    Set<String> names = new TreeSet<>(Set.of("main"));
    for (ModelBranch branch : branches) {
      if (branch.state != null) {
        states.put(branch.name, branch.state);
      }
      if (branch.exists) {
        names.add(branch.name.value());
        assertHas(branch, branch.name.value());
      }
      if (branch.tagged) {
        assertHas(branch, "nuked/" + branch.name);
      }
    }
    assertThat(ledger()).isEqualTo(states);
    assertThat(observer.rig().database().branches()).containsExactlyElementsOf(names);
    assertThat(observer.rows("SELECT id FROM writes ORDER BY id")).containsExactlyElementsOf(main);
    assertThat(observer.rows("SELECT n, (SELECT v FROM contested) FROM counter"))
        .containsExactly(main.size() + "|" + contested);
    assertThat(
            observer.rows(
                "SELECT parent_hash FROM dolt_commit_ancestors WHERE parent_index = 1"
                    + " GROUP BY parent_hash HAVING COUNT(*) > 1"))
        .as("merged twice")
        .isEmpty();
    assertThat(observer.rows("SELECT COUNT(*) FROM dolt_tags"))
        .containsExactly(Integer.toString(branches(b -> b.tagged).size()));
  }

  private void assertHas(ModelBranch branch, String revision) {
    assertThat(observer.rows("SELECT id FROM writes AS OF '" + revision + "'"))
        .containsAll(branch.writes);
  }

  /** Merges what is sealed, throws away what is left; then nothing of it all is left over. */
  void finish() {
    branches(branch -> branch.state == State.ACTIVE)
        .forEach(
            branch -> {
              observer.expire(branch.name);
              branch.expired = true;
            });
    sweep(Abandoned.SUBMIT, false, 0);
    merge();
    check();
    branches(branch -> branch.state == State.PARKED)
        .forEach(
            branch -> {
              towns.rig(1).nuke(branch.name);
              nuked(branch, true);
            });
    check();
    assertThat(ledger()).isEmpty();
    assertThat(observer.rig().database().branches()).containsExactly("main");
    String free = "SELECT IS_FREE_LOCK('pq:" + observer.rig().name() + "')";
    TestRig.waitFor("lock", () -> observer.rows(free).equals(List.of("1")));
  }

  @Override
  public void close() {
    towns.close();
  }

  @Override
  public String toString() {
    return "main " + main + ", contested " + contested + ", " + branches;
  }
}
