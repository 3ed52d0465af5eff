package dev.polecat.sling.cli.internal;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltException;
import dev.polecat.core.InvalidNameException;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import dev.polecat.sling.cli.ExitCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A command that needs the town's server. */
public abstract class TownCommand extends PolecatCommand {
  private static final Author CREW = new Author("crew", "crew@polecat.local");

  @Override
  protected final ExitCode run() throws Exception {
    try (Town town = access().open(this::config)) {
      return run(town);
    }
  }

  /** Does what the command is for. */
  protected abstract ExitCode run(Town town) throws Exception;

  /** How this command wants the town; merges nothing unless the command says so. */
  protected TownConfig config(TownConfig standard) {
    return standard.withMergingLeftToOthers();
  }

  /** The rig that is named, or else the only one there is. */
  protected final Rig rig(Town town) {
    return rig(town, settings().find(Key.RIG).map(Found::value).orElse(null));
  }

  /** The rig that is named, or else the only one there is. */
  protected final Rig rig(Town town, @Nullable String name) {
    List<String> all = town.rigs();
    if (name == null) {
      if (all.size() != 1) {
        throw all.isEmpty()
            ? new NotFoundException("The town has no rig. Make one: polecat dolt init-rig <name>")
            : usage("Name the rig, with --rig or GT_RIG: " + String.join(", ", all) + ".");
      }
      return town.rig(all.get(0));
    }
    if (!all.contains(name)) {
      throw new NotFoundException(
          "There is no rig '"
              + name
              + "'. "
              + (all.isEmpty() ? "The town has none." : "Rigs: " + String.join(", ", all) + ".")
              + " To make it: polecat dolt init-rig "
              + name);
    }
    return town.rig(name);
  }

  /** The rig that is named, or else all of them. */
  protected final List<Rig> rigs(Town town) {
    if (settings().find(Key.RIG).isPresent()) {
      return List.of(rig(town));
    }
    return town.rigs().stream().filter(TownCommand::canBeRig).map(town::rig).toList();
  }

  /** The rig to reach a branch in, also one that no ledger knows. */
  protected final Rig rigWith(Town town, BranchName branch) {
    boolean named = settings().find(Key.RIG).isPresent();
    return named || branch.equals(BranchName.MAIN) ? rig(town) : rigOf(town, branch);
  }

  /** The branch that is given, or else that of {@code BD_BRANCH}. */
  protected final BranchName branch(@Nullable String given) {
    String name =
        Optional.ofNullable(given)
            .or(() -> settings().find(Key.BRANCH).map(Found::value))
            .orElseThrow(() -> usage("Name the branch, or set BD_BRANCH."));
    return BranchName.of(name);
  }

  /** The branch that is given, or else that of {@code BD_BRANCH}, or else another. */
  protected final BranchName branchOr(@Nullable String given, BranchName other) {
    return Optional.ofNullable(given)
        .or(() -> settings().find(Key.BRANCH).map(Found::value))
        .map(BranchName::of)
        .orElse(other);
  }

  /**
   * The rig of a branch: the one that is named, or else the one whose ledger knows the branch.
   *
   * @throws NotFoundException if none knows it
   */
  protected final Rig rigOf(Town town, BranchName branch) {
    List<String> searched = new ArrayList<>();
    for (Rig rig : rigs(town)) {
      if (rig.ledger().entry(branch).isPresent()) {
        return rig;
      }
      searched.add(rig.name());
    }
    throw unknown(branch, searched);
  }

  /**
   * Has a branch that is worked on count as such for another day. Whoever holds its lease goes on
   * holding it, and a longer one is not made shorter.
   */
  protected static void renewLease(Rig rig, LedgerEntry entry) {
    Ledger ledger = rig.ledger();
    Instant soon = ledger.now().plus(TownAccess.LEASE);
    entry
        .lease()
        .filter(lease -> lease.until().isBefore(soon))
        .ifPresent(lease -> ledger.renew(lease.holder(), Set.of(entry.branch()), TownAccess.LEASE));
  }

  /** In whose name a branch is written: its polecat's or, if no ledger knows one, the crew's. */
  protected static Author writer(Optional<LedgerEntry> entry) {
    return entry.map(known -> known.request().author()).orElse(CREW);
  }

  /**
   * Checks that a branch is there, whatever the ledger says.
   *
   * @throws NotFoundException if it is not
   */
  protected static CommitHash requireBranch(Rig rig, BranchName branch) {
    return rig.database()
        .head(branch)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "Rig "
                        + rig.name()
                        + " has no branch "
                        + branch
                        + " any more: it is merged, or was thrown away. If BD_BRANCH names it, unset"
                        + " that; if the ledger still knows it, polecat sweep makes it forget."));
  }

  /** A server that others use, too, has databases that are no rigs. */
  private static boolean canBeRig(String database) {
    try {
      DatabaseName.of(database);
      return true;
    } catch (InvalidNameException e) {
      return false;
    }
  }

  private static DoltException unknown(BranchName branch, List<String> rigs) {
    return new NotFoundException(
        "No ledger of "
            + (rigs.isEmpty() ? "this town" : String.join(", ", rigs))
            + " knows branch "
            + branch
            + ": it is merged and gone, was thrown away, or was never slung. polecat polecat list"
            + " shows those there are.");
  }
}
