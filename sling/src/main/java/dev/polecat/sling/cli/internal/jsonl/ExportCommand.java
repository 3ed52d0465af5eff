package dev.polecat.sling.cli.internal.jsonl;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.history.CommitInfo;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.TableSchema;
import dev.polecat.core.history.Tables;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.OutputClosedException;
import dev.polecat.sling.cli.internal.TownCommand;
import dev.polecat.sling.jsonl.JsonlExport;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat export}. */
@Command(
    name = "export",
    description = {
      "Writes a table as JSON Lines, one object a row, always the same way: sorted by key, and so are"
          + " the names in each object. A file is as before until all is written.",
      "Which commit was exported is said on standard error, or with --json: import --since takes it."
    },
    customSynopsis = {
      "polecat export [OPTIONS] <table> [<file>]",
      "       polecat export [OPTIONS] --all <directory>"
    },
    footer = {
      "",
      "Example:",
      "  polecat --rig gastown export issues issues.jsonl",
      "  polecat --rig gastown export --all backup --at main~5"
    })
public final class ExportCommand extends TownCommand {
  @Parameters(
      arity = "1..2",
      paramLabel = "<table> [<file>]",
      description = "The table, and the file to write. Default: standard output.")
  private List<String> given = new ArrayList<>();

  @Option(
      names = "--all",
      description =
          "Write every table that import takes, those with a primary key, into a directory.")
  private boolean all;

  @Option(
      names = "--at",
      paramLabel = "REV",
      defaultValue = "main",
      description = "A branch, a tag or a commit's hash. Default: main.")
  private String at;

  @Option(names = "--working", description = "--at is a branch: with its uncommitted rows.")
  private boolean working;

  /** What is read: a commit held fast, or a branch and the head it has. */
  private record Source(Revision revision, CommitHash commit) {}

  @Override
  protected ExitCode run(Town town) throws IOException {
    if (all && given.size() > 1) {
      throw usage("--all takes a directory, and nothing else.");
    }
    Rig rig = rig(town);
    Source source = source(rig);
    if (all) {
      return all(rig, source, Path.of(given.get(0)));
    }
    return given.size() == 1
        ? print(rig, source, given.get(0))
        : write(rig, source, given.get(0), Path.of(given.get(1)));
  }

  private Source source(Rig rig) {
    Revision named = working ? Revision.working(BranchName.of(at)) : Revision.of(at);
    try (Stream<CommitInfo> log = rig.history().log(named)) {
      CommitHash commit = log.findFirst().orElseThrow().hash();
      return new Source(working ? named : Revision.of(commit), commit);
    }
  }

  private ExitCode print(Rig rig, Source source, String table) throws IOException {
    long rows;
    try {
      Writer out = console().writer();
      rows = JsonlExport.of(rig.database()).write(source.revision(), table, out);
    } catch (OutputClosedException e) { // whoever reads has enough, or is told why at the end
      return ExitCode.DONE;
    }
    console().note(text(rows, table, source));
    return ExitCode.DONE;
  }

  private ExitCode write(Rig rig, Source source, String table, Path file) throws IOException {
    requireDirectory(file.toAbsolutePath().getParent());
    long rows = JsonlExport.of(rig.database()).write(source.revision(), table, file);
    Map<String, @Nullable Object> json = json(rig, source);
    json.putAll(written(table, file, rows));
    console().document(json);
    console().line(text(rows, table, source) + " are in " + file);
    return ExitCode.DONE;
  }

  private ExitCode all(Rig rig, Source source, Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Map<String, @Nullable Object>> written = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    Tables tables = Tables.of(rig.database());
    for (String table : tables.names(source.revision())) {
      TableSchema schema = tables.schema(source.revision(), table);
      if (schema.key().isEmpty()) {
        skipped.add(table);
        console().note("Table " + table + " has no primary key, and is left out.");
        continue;
      }
      Path file = directory.resolve(table + ".jsonl");
      if (!directory.equals(file.getParent())) {
        skipped.add(table);
        console().note("Table " + table + " has a name no file can have, and is left out.");
        continue;
      }
      long rows = JsonlExport.of(rig.database()).write(source.revision(), table, file);
      written.add(written(table, file, rows));
      console().line(text(rows, table, source) + " are in " + file);
    }
    Map<String, @Nullable Object> json = json(rig, source);
    json.put("tables", written);
    json.put("leftOut", skipped);
    console().document(json);
    return ExitCode.DONE;
  }

  private void requireDirectory(@Nullable Path directory) {
    if (directory == null || !Files.isDirectory(directory)) {
      throw usage("There is no directory " + directory + "; make it first.");
    }
  }

  private Map<String, @Nullable Object> json(Rig rig, Source source) {
    return Console.map("rig", rig.name(), "commit", source.commit(), "working", working);
  }

  private static Map<String, @Nullable Object> written(String table, Path file, long rows) {
    return Console.map("table", table, "file", file, "rows", rows);
  }

  private String text(long rows, String table, Source source) {
    String uncommitted = working ? " with uncommitted rows of " + at : "";
    return rows + " rows of " + table + " as of " + source.commit() + uncommitted;
  }
}
