package dev.polecat.sling.cli;

import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeReport;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.internal.Progress;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the workload: sling, write, done, merge; then checks main against what was acknowledged. */
final class Demo {
  private final Stage stage;
  private final Progress progress;
  private final Workload workload;
  private final Queue<Workload.Write> acknowledged = new ConcurrentLinkedQueue<>();

  Demo(Stage stage, Progress progress, Workload workload) {
    this.stage = stage;
    this.progress = progress;
    this.workload = workload;
  }

  /** The figures, and every acknowledged write that is not on main as it should be. */
  record Result(DemoReport report, List<String> findings) {
    boolean isSound() {
      return findings.isEmpty();
    }
  }

  Result run() throws InterruptedException {
    Town town = stage.open(Progress::say);
    Rig rig = town.rig("demo").initSchema();
    prepareHotBeads(rig);
    ExecutorService writers = Executors.newFixedThreadPool(workload.writers());
    try {
      long start = System.nanoTime();
      progress.begin("sling", workload.writers());
      List<Polecat> polecats = forEachWriter(writers, w -> sling(rig, w));
      long slung = System.nanoTime();
      progress.begin("write", (long) workload.writers() * workload.commits());
      forEachWriter(writers, w -> write(polecats.get(w), w));
      long written = System.nanoTime();
      progress.begin("merge", workload.writers());
      List<MergeOutcome> outcomes = forEachWriter(writers, w -> finish(polecats.get(w)));
      progress.close();
      return check(
          rig, outcomes, Duration.ofNanos(slung - start), Duration.ofNanos(written - slung));
    } finally {
      writers.shutdownNow();
    }
  }

  private void prepareHotBeads(Rig rig) {
    rig.main()
        .useTransaction(
            handle -> {
              Issues issues = handle.attach(Issues.class);
              workload.hotBeads().forEach(bead -> issues.insert(Issue.open(bead, "not yet taken")));
            });
  }

  private Polecat sling(Rig rig, int writer) {
    Polecat polecat = rig.sling("writer-" + writer, "demo-" + writer);
    progress.step();
    return polecat;
  }

  private Polecat write(Polecat polecat, int writer) {
    for (int commit = 0; commit < workload.commits(); commit++) {
      Workload.Write write = workload.next(writer, commit);
      if (write.hot()) {
        polecat
            .jdbi()
            .useExtension(
                HotBeads.class,
                hot -> hot.take(write.bead(), write.text(), write.label(), write.at()));
      } else {
        polecat
            .jdbi()
            .useExtension(Issues.class, all -> all.insert(Issue.open(write.bead(), write.text())));
      }
      acknowledged.add(write);
      progress.step();
    }
    return polecat;
  }

  private MergeOutcome finish(Polecat polecat) {
    MergeOutcome outcome = polecat.done().toCompletableFuture().join();
    progress.step();
    return outcome;
  }

  private Result check(Rig rig, List<MergeOutcome> outcomes, Duration sling, Duration write) {
    List<MergeReport> reports = new ArrayList<>();
    List<String> findings = new ArrayList<>();
    for (MergeOutcome outcome : outcomes) {
      if (outcome instanceof MergeOutcome.Merged merged) {
        reports.add(merged.report());
        merged
            .branchKept()
            .ifPresent(why -> findings.add("branch " + outcome.request().branch() + ": " + why));
      } else if (outcome instanceof MergeOutcome.Parked parked) {
        findings.add(
            "branch " + outcome.request().branch() + " is parked: " + parked.reason().message());
      } else {
        findings.add("branch " + outcome.request().branch() + " was not merged: " + outcome);
      }
    }
    List<String> lost = new MainCheck(rig, List.copyOf(acknowledged)).lostWrites();
    findings.addAll(lost);
    long commits = MainCheck.writersCommits(rig);
    long expected = (long) workload.writers() * workload.commits();
    if (commits != expected) {
      findings.add(commits + " Dolt commits of the writers on main, not " + expected);
    }
    List<String> branches = rig.polecatBranches();
    branches.forEach(branch -> findings.add("branch " + branch + " is left over"));
    DemoReport report =
        new DemoReport(
            workload.writers(),
            workload.commits(),
            commits,
            reports.size(),
            outcomes.stream().filter(MergeOutcome.Parked.class::isInstance).count(),
            reports.stream().mapToLong(r -> r.decisions().conflictedRows()).sum(),
            new DemoReport.Cells(
                cells(reports, "newest"), cells(reports, "union"), cells(reports, "max")),
            lost.size(),
            branches.size(),
            sling.toMillis(),
            write.toMillis(),
            sum(reports.stream().map(MergeReport::mergeTime).toList()),
            sum(reports.stream().map(MergeReport::deleteTime).toList()));
    return new Result(report, findings);
  }

  private static long cells(List<MergeReport> reports, String policy) {
    return reports.stream()
        .mapToLong(r -> r.decisions().cellsByPolicy().getOrDefault(policy, 0L))
        .sum();
  }

  private static long sum(List<Duration> times) {
    return times.stream().reduce(Duration.ZERO, Duration::plus).toMillis();
  }

  /** Runs something for every writer at once, and returns the results in the writers' order. */
  private <T> List<T> forEachWriter(ExecutorService executor, ForWriter<T> work)
      throws InterruptedException {
    List<Callable<T>> calls = new ArrayList<>();
    for (int writer = 0; writer < workload.writers(); writer++) {
      int w = writer;
      calls.add(() -> work.run(w));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : executor.invokeAll(calls)) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException("A writer failed", e.getCause());
      }
    }
    return results;
  }

  private interface ForWriter<T> {
    T run(int writer);
  }
}
