package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.QueuePause;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.OutcomeReport;
import dev.polecat.sling.cli.internal.Progress;
import dev.polecat.sling.cli.internal.TownCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat queue run}. */
@Command(
    name = "run",
    description = {
      "Merges what is handed in, of one rig or of all, until interrupted. It prints the outcomes of"
          + " what it saw waiting, with --json one document a line. Any number of them may run; one merges at a time.",
      "With --until-empty it ends when nothing waits any more; exit code 3 if something was parked,"
          + " 6 if merging is paused and something waits."
    },
    footer = {"", "Example: polecat queue run --until-empty"})
final class RunCommand extends TownCommand {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Option(
      names = {"--until-empty", "--once"},
      description = "End when nothing waits.")
  private boolean untilEmpty;

  @Override
  protected TownConfig config(TownConfig standard) {
    return standard;
  }

  @Override
  protected ExitCode run(Town town) throws InterruptedException, ExecutionException {
    return untilEmpty ? drain(rigs(town)) : serve(town);
  }

  /** Merges what waits, and what comes meanwhile. */
  private ExitCode drain(List<Rig> rigs) throws InterruptedException, ExecutionException {
    ExitCode worst = ExitCode.DONE;
    for (Rig rig : rigs) {
      List<LedgerEntry> waiting = rig.queue().waiting();
      while (!waiting.isEmpty()) {
        Optional<QueuePause> pause = rig.ledger().paused();
        if (pause.isPresent()) {
          console()
              .note(
                  waiting.size()
                      + " requests of "
                      + rig.name()
                      + " wait: merging is paused by "
                      + pause.get().by()
                      + ": "
                      + pause.get().why());
          return ExitCode.WAITING;
        }
        if (drain(rig, waiting)) {
          worst = ExitCode.PARKED;
        }
        waiting = rig.queue().waiting();
      }
    }
    return worst;
  }

  /** Whether anything was parked. */
  private boolean drain(Rig rig, List<LedgerEntry> waiting)
      throws InterruptedException, ExecutionException {
    boolean parked = false;
    List<Future<MergeOutcome>> outcomes = new ArrayList<>();
    for (LedgerEntry entry : waiting) {
      outcomes.add(rig.queue().outcomeOf(entry.request()).toCompletableFuture());
    }
    try (Progress progress = new Progress()) {
      progress.begin("merge", outcomes.size());
      for (Future<MergeOutcome> outcome : outcomes) {
        MergeOutcome known = outcome.get();
        progress.step();
        parked |= report(new OutcomeReport(rig.name(), known)) == ExitCode.PARKED;
      }
    }
    return parked;
  }

  private ExitCode serve(Town town) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    AtomicBoolean stopping = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopping, over), "queue-run-stop"));
    BlockingQueue<OutcomeReport> outcomes = new LinkedBlockingQueue<>();
    Set<String> seen = new HashSet<>();
    try {
      while (!stopping.get()) {
        try {
          watch(town, seen, outcomes);
        } catch (DoltSqlException e) {
          if (!e.error().isRetryable()) {
            throw e;
          }
          console().note("Waiting for the server: " + e.getMessage());
        }
        OutcomeReport outcome = outcomes.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        while (outcome != null) {
          report(outcome);
          outcome = outcomes.poll();
        }
      }
      rigs(town).forEach(Rig::close); // what is being merged is finished
    } finally {
      over.countDown();
    }
    return ExitCode.DONE;
  }

  /** Asks for the outcome of what is newly handed in. */
  private void watch(Town town, Set<String> seen, BlockingQueue<OutcomeReport> outcomes) {
    Set<String> waiting = new HashSet<>();
    for (Rig rig : rigs(town)) {
      for (LedgerEntry entry : rig.queue().waiting()) {
        String request = rig.name() + " " + entry.branch() + " " + entry.since();
        waiting.add(request);
        if (seen.add(request)) {
          rig.queue()
              .outcomeOf(entry.request())
              .whenComplete(
                  (outcome, failure) -> {
                    if (failure == null) {
                      outcomes.add(new OutcomeReport(rig.name(), outcome));
                    } else {
                      console().note(entry.branch() + ": " + failure.getMessage());
                    }
                  });
        }
      }
    }
    seen.retainAll(waiting);
  }

  private ExitCode report(OutcomeReport outcome) {
    return outcome.print(console());
  }

  /** The JVM is ending: has the loop end, and waits for that. */
  private static void stop(AtomicBoolean stopping, CountDownLatch over) {
    stopping.set(true);
    try {
      over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
