package dev.polecat.sling.crash;

import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltError;
import dev.polecat.core.Endpoint;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.Abandoned;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A JVM of the job: slings polecats, writes, calls done, and notes each acknowledgement after it
 * came. A failed call is made again, a failed write as another write, until {@link #PATIENCE} ends.
 */
final class WriterJvm {
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");

  private final Job job;
  private final Acks acks;
  private final ParentLine line;
  private final long deadline = System.nanoTime() + PATIENCE.toNanos();

  private WriterJvm(Job job, Acks acks, ParentLine line) {
    this.job = job;
    this.acks = acks;
    this.line = line;
  }

  public static void main(String[] arguments) throws Exception {
    Job job = Job.of(arguments);
    ParentLine line = new ParentLine(job);
    Steps.watch(line::reached);
    try (Acks acks = new Acks(job.directory(), job.name())) {
      new WriterJvm(job, acks, line).run();
    }
    System.exit(0);
  }

  private void run() throws Exception {
    TownConfig config =
        TownConfig.external(Endpoint.local(job.port()))
            .withPolicies(CrashTables.POLICIES)
            .withConnectionsPerPolecat(2)
            .withLease(LEASE);
    try (Town town = again("open", () -> Town.open(config))) {
      Rig rig = again("rig", () -> town.rig(job.rig()));
      if (job.finish()) {
        Finish.run(rig, job.seed() % 2 == 0 ? Abandoned.KEEP : Abandoned.SUBMIT);
      } else {
        work(rig);
      }
    }
  }

  private void work(Rig rig) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(job.threads());
    try {
      List<Future<?>> polecats = new ArrayList<>();
      for (int i = 0; i < job.polecats(); i++) {
        int number = i;
        polecats.add(
            threads.submit(
                () -> {
                  work(rig, number);
                  return null;
                }));
      }
      for (Future<?> polecat : polecats) {
        polecat.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * The first is nuked in the end, every third commits only when it is done, and every second
   * brings main into its branch on the way.
   */
  private void work(Rig rig, int number) throws Exception {
    Random random = new Random(job.seed() * 1_000 + number);
    line.on(ParentLine.NO_BRANCH);
    CommitMode mode = number % 3 == 2 ? CommitMode.EXPLICIT : CommitMode.PER_TRANSACTION;
    String name = job.name() + "-" + number;
    try (Polecat polecat = again("sling", () -> rig.sling(name, "gt-" + number, mode))) {
      acks.note(Acks.Kind.SLUNG, polecat.branch(), polecat.base(), mode);
      line.on(polecat.branch().value());
      for (int i = 0; i < job.writes(); i++) {
        if (number % 2 == 1 && i == job.writes() / 2) {
          again("refresh", polecat::refresh);
        }
        write(polecat, name + "-" + i, random);
      }
      if (number == 0 && job.polecats() > 1) {
        acks.note(Acks.Kind.NUKING, polecat.branch());
        acks.note(Acks.Kind.NUKED, polecat.branch(), again("nuke", polecat::nuke));
      } else {
        done(polecat);
      }
    }
  }

  /** Nobody knows what became of a failed write, so the next attempt is another write. */
  private void write(Polecat polecat, String id, Random random) throws Exception {
    int[] attempts = {0};
    again(
        "write",
        () -> {
          Evidence.Write write =
              new Evidence.Write(
                  id + "-" + attempts[0]++,
                  polecat.branch().value(),
                  job.shared() + random.nextInt(Job.SHARED_ROWS),
                  random.nextInt(1_000_000),
                  MICROS.format(LocalDateTime.now(ZoneOffset.UTC)));
          acks.note(
              Acks.Kind.TRY, write.id(), write.branch(), write.shared(), write.value(), write.at());
          polecat.inTransaction(
              handle -> {
                CrashTables.write(handle, write);
                return null;
              });
          acks.note(Acks.Kind.ACK, write.id());
          return null;
        });
    line.acknowledged();
  }

  private void done(Polecat polecat) throws Exception {
    String[] sealed = new String[1];
    CompletionStage<MergeOutcome> stage =
        again(
            "done",
            () ->
                polecat.done(
                    request -> {
                      sealed[0] = request.sealed().value();
                      acks.note(Acks.Kind.SEALING, polecat.branch(), sealed[0]);
                      return request;
                    }));
    acks.note(Acks.Kind.SEALED, polecat.branch(), sealed[0]);
    CompletableFuture<MergeOutcome> outcome = stage.toCompletableFuture();
    Finish.note(acks, outcome.get(PATIENCE.toSeconds() + 30, TimeUnit.SECONDS));
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private <T> T again(String what, Callable<T> call) throws Exception {
    while (true) {
      try {
        return call.call();
      } catch (Exception e) {
        DoltError kind = DoltError.of(e);
        acks.note(Acks.Kind.ERROR, what, kind, rootCause(e));
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
