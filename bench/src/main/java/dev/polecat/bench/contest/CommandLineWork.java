package dev.polecat.bench.contest;

import dev.polecat.bench.BenchServer;
import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Work;
import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The dolt command line, one process for each step, in a directory of its own without a server.
 * Such a directory has one branch checked out and one writer at a time, so the writers come one
 * after the other. For workloads without hot rows.
 */
final class CommandLineWork implements Work {
  private static final DatabaseName NAME = DatabaseName.of("contest");

  private final Workload workload;
  private final Journal journal;
  private final Path root = Files.createTempDirectory("polecat-bench-");
  private final Path dolt = DoltBinary.find().path();

  CommandLineWork(Workload workload) throws IOException {
    if (workload.hotRows() > 0) {
      throw new IllegalArgumentException("The command line is measured without hot rows.");
    }
    this.workload = workload;
    this.journal = new Journal(workload);
  }

  @Override
  public void prepare() throws IOException, SQLException {
    try (BenchServer server = BenchServer.keepingFiles(root);
        Connection main = database(server).connect(BranchName.MAIN)) {
      Beads.create(main, workload.table());
    }
  }

  @Override
  public void run() throws IOException, InterruptedException {
    for (int writer = 0; writer < workload.writers(); writer++) {
      String branch = "polecat-w" + writer;
      dolt("checkout", "-b", branch);
      for (int commit = 0; commit < workload.commits(); commit++) {
        Write write = journal.next(writer, commit);
        dolt("sql", "-q", Beads.script(write));
        dolt("add", "-A");
        dolt("commit", "-m", "w" + writer + ": writes");
        journal.acknowledge(write);
      }
      dolt("checkout", "main");
      dolt("merge", branch, "--no-ff", "-m", "Merge " + branch);
      dolt("branch", "-D", branch);
    }
  }

  @Override
  public Map<String, Long> check() throws IOException, SQLException, LostWriteException {
    try (BenchServer server = BenchServer.keepingFiles(root);
        Connection main = database(server).connect(BranchName.MAIN)) {
      MainCheck check = new MainCheck(main);
      check.everythingIsThere(workload, journal.acknowledged(), HotRule.NEWEST);
      check.nothingIsLeftOver(workload);
    }
    return Map.of(
        WritersWork.COMMITS, (long) journal.acknowledged().size(), WritersWork.RETRIES, 0L);
  }

  @Override
  public void close() throws IOException {
    BenchServer.delete(root);
  }

  private DoltDatabase database(BenchServer server) {
    return server.server().database(NAME);
  }

  private void dolt(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(dolt.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(root.resolve(".dolt-data").resolve(NAME.value()).toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("DOLT_"));
    builder.environment().put("DOLT_ROOT_PATH", root.resolve("daemon/dolt-root").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " ended with " + process.exitValue() + ": " + said);
    }
  }
}
