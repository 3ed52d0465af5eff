package dev.polecat.sling.cli.internal.work;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat commit}: one Dolt commit of everything that is uncommitted. */
@Command(
    name = "commit",
    description = {
      "Makes one Dolt commit of everything that is uncommitted on a branch: what was written while"
          + " auto-commit was off, or by other programs.",
      "It also renews the lease of a branch that is worked on."
    },
    footer = {
      "",
      "Example:",
      "  polecat --dolt-auto-commit off dolt sql -q \"UPDATE issues SET priority = 1\"",
      "  polecat commit -m \"Batch: priorities\""
    })
public final class CommitCommand extends TownCommand {
  private static final Pattern AUTHOR = Pattern.compile("(.+?) <([^<>]+)>");

  @Option(
      names = {"-m", "--message"},
      required = true,
      description = "The commit's message.")
  private String message;

  @Option(
      names = "--author",
      paramLabel = "\"NAME <EMAIL>\"",
      description = "Default: the polecat whose branch it is.")
  private @Nullable String author;

  @Option(names = "--branch", description = "The branch; main has to be named. Default: BD_BRANCH.")
  private @Nullable String branch;

  @Override
  protected ExitCode run(Town town) {
    if (message.isBlank()) {
      throw usage("The message is blank; say what was done.");
    }
    BranchName on = branch(branch);
    Rig rig = rigWith(town, on);
    Optional<LedgerEntry> entry = rig.ledger().entry(on);
    Author by = author(entry);
    entry.ifPresent(known -> renewLease(rig, known));
    CommitHash before = requireBranch(rig, on);
    CommitHash after = rig.database().commitAll(on, by, message);
    boolean committed = !after.equals(before);
    console()
        .document(
            Console.map("rig", rig.name(), "branch", on, "commit", after, "committed", committed));
    console().line(committed ? after.value() : "Nothing was uncommitted; the head is " + after);
    return ExitCode.DONE;
  }

  private Author author(Optional<LedgerEntry> entry) {
    if (author == null) {
      return writer(entry);
    }
    Matcher form = AUTHOR.matcher(author);
    if (!form.matches()) {
      throw usage("--author is '" + author + "'; give \"Name <name@example.org>\".");
    }
    return new Author(form.group(1), form.group(2));
  }
}
