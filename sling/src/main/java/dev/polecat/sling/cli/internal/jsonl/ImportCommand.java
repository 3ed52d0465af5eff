package dev.polecat.sling.cli.internal.jsonl;

import dev.polecat.core.history.CommitInfo;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.Tables;
import dev.polecat.mergequeue.QueuePause;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.OutcomeReport;
import dev.polecat.sling.cli.internal.PausedException;
import dev.polecat.sling.cli.internal.TownCommand;
import dev.polecat.sling.jsonl.JsonlImport;
import dev.polecat.sling.jsonl.JsonlReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat import}. */
@Command(
    name = "import",
    description = {
      "Brings JSON Lines, one object a row, to main: on a branch of its own, merged by the policies."
          + " Columns a line does not name, and rows no line is about, stay as they are.",
      "All lines are looked at first. If one is broken, it is named by file and line, and nothing is"
          + " imported: exit code 1. If the merge is parked, the branch is kept: exit code 3."
    },
    footer = {
      "",
      "Example:",
      "  polecat --rig gastown import gastown-issues.jsonl labels=tags.jsonl",
      "  polecat --rig gastown import --since 7l3n... issues.jsonl"
    })
public final class ImportCommand extends TownCommand {
  private static final Pattern ARGUMENT = Pattern.compile("([^=/\\\\]+)=(.+)");
  private static final String SUFFIX = ".jsonl";

  @Parameters(
      arity = "1..*",
      paramLabel = "[<table>=]<file>",
      description = {
        "A file and its table. Default: the file's name without .jsonl; if there is no such table,"
            + " without the rig's name and a dash before it, too."
      })
  private List<String> given = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "REV",
      description =
          "The commit the files were exported from: then only what was changed in them since counts"
              + " as a change.")
  private @Nullable String since;

  @Option(
      names = "--bootstrap",
      description =
          "Fill a rig that is empty, after bringing its schema up to date; do nothing if one of the"
              + " tables has rows. Of several at once, one imports.")
  private boolean bootstrap;

  @Option(
      names = {"-m", "--message"},
      description = "The message of the import's commit.")
  private @Nullable String message;

  @Override
  protected TownConfig config(TownConfig standard) {
    return standard; // as done does, this merges if nobody else does
  }

  @Override
  protected ExitCode run(Town town) {
    if (bootstrap && (since != null || message != null)) {
      throw usage("--bootstrap goes without --since and -m.");
    }
    Rig rig = rig(town);
    Optional<QueuePause> pause = rig.ledger().paused();
    if (pause.isPresent()) {
      throw new PausedException(pause.get());
    }
    JsonlImport files = files(rig);
    Optional<JsonlReport> done = bootstrap ? files.bootstrap() : Optional.of(files.run());
    if (done.isEmpty()) {
      console().document(Console.map("rig", rig.name(), "imported", false));
      console().line("Rig " + rig.name() + " has rows already; nothing was imported.");
      return ExitCode.DONE;
    }
    return report(rig, done.get());
  }

  private JsonlImport files(Rig rig) {
    JsonlImport files = JsonlImport.into(rig);
    if (since != null) {
      files = files.since(Revision.of(commit(rig, Revision.of(since)).hash()));
    }
    if (message != null) {
      files = files.message(message);
    }
    List<String> tables = Tables.of(rig.database()).names(Revision.MAIN);
    for (String argument : given) {
      Matcher named = ARGUMENT.matcher(argument);
      files =
          named.matches()
              ? files.file(named.group(1), Path.of(named.group(2)))
              : files.file(table(rig.name(), tables, Path.of(argument)), Path.of(argument));
    }
    return files;
  }

  private String table(String rig, List<String> tables, Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(SUFFIX) || name.equals(SUFFIX)) {
      throw usage("Which table is " + file + " for? Write <table>=" + file + ".");
    }
    String table = name.substring(0, name.length() - SUFFIX.length());
    return tables.contains(table) || !table.startsWith(rig + "-")
        ? table
        : table.substring(rig.length() + 1);
  }

  private static CommitInfo commit(Rig rig, Revision revision) {
    try (Stream<CommitInfo> log = rig.history().log(revision)) {
      return log.findFirst().orElseThrow();
    }
  }

  private ExitCode report(Rig rig, JsonlReport report) {
    OutcomeReport outcome = new OutcomeReport(rig.name(), report.outcome());
    Map<String, Long> rows = new TreeMap<>(report.rows());
    Map<String, @Nullable Object> json =
        Console.map("rig", rig.name(), "imported", true, "rows", rows, "commit", report.commit());
    json.put("merge", outcome.json());
    console().document(json);
    rows.forEach((table, count) -> console().line(count + " rows for " + table));
    console().line(outcome.text());
    return outcome.code();
  }
}
