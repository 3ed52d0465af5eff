package dev.polecat.core.internal.server;

import dev.polecat.core.DoltException;
import dev.polecat.core.ServerEvent.Kind;
import dev.polecat.core.ServerState.Status;
import dev.polecat.core.Supervision;
import dev.polecat.core.internal.server.DiskWatch.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one process that watches a server and restarts it. Everything here runs on the worker's
 * thread.
 */
final class Keeper {
  private final Supervised all;
  private final Supervision settings;
  private final RestartBackoff backoff;
  private int failedChecks;
  private @Nullable Instant healthySince;
  private boolean diskLow;
  private long logRead = -1;

  /** What a server that lives, or one that ended, last complained of. */
  private Trouble trouble = Trouble.NONE;

  Keeper(Supervised all) {
    this.all = all;
    this.settings = all.config.supervision();
    this.backoff = new RestartBackoff(settings);
  }

  /** Somebody started the server, or goes on with one that is well. */
  void begin() {
    backoff.forget();
    anew();
  }

  /** Goes on where another keeper left or died; that it counted restarts is not forgotten. */
  void takeOver(List<Instant> counted) {
    backoff.resume(counted);
    anew();
    all.book.event(Kind.BECAME_KEEPER, "This process now watches the server and restarts it");
    if (all.server == null) {
      String message = "The dolt server ended, and so did the process that watched it.";
      all.book.ended(Status.DOWN, OptionalInt.empty(), message);
      down(message, "");
    }
  }

  void check() throws IOException {
    ServerProcess server = all.server;
    if (server == null) {
      startWhenTroubleHasPassed();
    } else if (!server.isAlive()) {
      ended(server);
    } else {
      check(server);
    }
    all.book.write();
  }

  /** The process ended and nobody here asked it to. */
  void ended(ServerProcess server) {
    if (all.server != server || all.closing) {
      return;
    }
    all.server = null;
    String lines = server.lastLines();
    String message =
        "The dolt server, process "
            + server.pid()
            + ", ended with exit code "
            + server.exitText()
            + ". Its last lines:\n"
            + lines.indent(2);
    all.book.ended(Status.DOWN, server.exitCode(), message);
    all.book.event(Kind.CRASHED, message);
    down(message, lines);
  }

  private void check(ServerProcess server) throws IOException {
    lookAtDisk(server);
    String failure = all.ask(server);
    if (all.closing) {
      return; // it is being stopped
    }
    if (failure == null) {
      answered(server);
    } else if (server.isAlive()) {
      failed(server, failure);
    } else {
      ended(server);
    }
  }

  private void lookAtDisk(ServerProcess server) throws IOException {
    boolean low = all.disk.isLow();
    if (low && !diskLow) {
      all.book.event(Kind.DISK_LOW, all.disk.advice(Trouble.DISK_FULL));
    }
    diskLow = low;
    Trouble told = logRead < 0 ? Trouble.NONE : DiskWatch.toldBy(server.linesSince(logRead));
    logRead = server.logSize();
    if (told != Trouble.NONE && told != trouble) {
      report(told);
    } else if (told == Trouble.NONE && trouble != Trouble.NONE && all.disk.hasPassed(trouble)) {
      trouble = Trouble.NONE;
      all.book.change(all.book.status(), null);
      all.book.event(Kind.RECOVERED, "The disk of the dolt server can be written again");
    }
  }

  private void answered(ServerProcess server) {
    Instant now = Instant.now();
    if (healthySince == null) {
      healthySince = now;
    }
    backoff.healthyFor(Duration.between(healthySince, now));
    if (failedChecks > 0) {
      failedChecks = 0;
      all.book.runs(server, Status.RUNNING);
      all.book.event(
          Kind.RECOVERED, "The dolt server, process " + server.pid() + ", answers again");
    }
    if (trouble == Trouble.NONE) {
      all.book.runs(server, Status.RUNNING);
    } else {
      all.book.change(status(trouble), all.disk.advice(trouble));
    }
  }

  private void failed(ServerProcess server, String failure) {
    failedChecks++;
    healthySince = null;
    String message =
        "Health check %d of %d of the dolt server, process %d, failed: %s"
            .formatted(failedChecks, settings.failedChecks(), server.pid(), failure);
    all.book.change(Status.UNRESPONSIVE, message);
    all.book.event(Kind.CHECK_FAILED, message);
    if (failedChecks < settings.failedChecks()) {
      return;
    }
    Trouble disk = trouble != Trouble.NONE ? trouble : all.disk.now();
    if (disk != Trouble.NONE && !all.disk.hasPassed(disk)) {
      // a restart would fail as well; it comes with the check that finds space again
      if (trouble == Trouble.NONE) {
        report(disk);
      }
      all.book.change(status(disk), all.disk.advice(disk));
      return;
    }
    replace(server);
  }

  private void replace(ServerProcess server) {
    String message =
        "The dolt server, process "
            + server.pid()
            + ", did not answer "
            + failedChecks
            + " health checks in a row; it is stopped and restarted.";
    all.book.event(Kind.REPLACED, message);
    all.server = null;
    all.processLock.lock();
    try {
      server.stop();
    } finally {
      all.processLock.unlock();
    }
    all.book.ended(Status.DOWN, server.exitCode(), message);
    down(message, server.lastLines());
  }

  private void report(Trouble found) {
    trouble = found;
    all.book.change(status(found), all.disk.advice(found));
    all.book.event(
        found == Trouble.DISK_FULL ? Kind.DISK_FULL : Kind.READ_ONLY, all.disk.advice(found));
  }

  private static Status status(Trouble trouble) {
    return trouble == Trouble.DISK_FULL ? Status.DISK_FULL : Status.READ_ONLY;
  }

  /** No process runs: restarts it, after a while, or once the disk can be written. */
  private void down(String message, String lastLines) {
    anew();
    restartLater(message, lastLines);
    all.book.write();
  }

  private void restartLater(String message, String lastLines) {
    Trouble told = DiskWatch.toldBy(lastLines);
    Trouble found = told != Trouble.NONE ? told : all.disk.now();
    if (found != Trouble.NONE && !all.disk.hasPassed(found)) {
      report(found);
      return;
    }
    schedule(message);
  }

  private void startWhenTroubleHasPassed() {
    if (trouble != Trouble.NONE && all.disk.hasPassed(trouble)) {
      trouble = Trouble.NONE;
      all.book.event(Kind.RECOVERED, "The disk of the dolt server can be written again");
      schedule(all.book.state().lastError().orElse(""));
    }
  }

  private void schedule(String reason) {
    Optional<Duration> delay = backoff.next(Instant.now());
    if (delay.isEmpty()) {
      giveUp(reason);
      return;
    }
    all.book.scheduled(Instant.now().plus(delay.get()), backoff.counted());
    all.book.event(
        Kind.RESTART_SCHEDULED,
        "The dolt server is restarted in " + delay.get().toMillis() / 1000.0 + " s");
    all.worker.schedule(this::restart, delay.get().toNanos(), TimeUnit.NANOSECONDS);
  }

  private void restart() {
    all.processLock.lock();
    try {
      if (all.closing || all.server != null || !all.locks.isKeeper()) {
        return;
      }
      all.book.restarted();
      ServerProcess server = all.start(all.endpoint().port());
      all.book.event(
          Kind.RESTARTED,
          "The dolt server runs again on port "
              + server.endpoint().port()
              + " as process "
              + server.pid());
    } catch (DoltException | IOException e) {
      if (all.closing) {
        return;
      }
      String message = "The dolt server could not be restarted: " + e.getMessage();
      all.book.none(Status.DOWN, message);
      all.book.event(Kind.RESTART_FAILED, message);
      restartLater(message, message);
      all.book.write();
    } finally {
      all.processLock.unlock();
    }
  }

  private void giveUp(String reason) {
    String message =
        "The dolt server for "
            + all.config.dataDirectory()
            + " was restarted "
            + settings.maxRestarts()
            + " times within "
            + settings.restartWindow()
            + " and is not restarted any more. Look at "
            + new ServerFiles(all.config).log()
            + ", mend the cause, and start it again; processes that still use it go on by"
            + " themselves then. What was last wrong: "
            + reason;
    all.book.none(Status.GAVE_UP, message);
    all.book.write();
    all.book.event(Kind.GAVE_UP, message);
    try {
      all.locks.stopKeeping(); // so that whoever starts it again can be the keeper
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("release the lock of the keeper", e);
    }
  }

  private void anew() {
    failedChecks = 0;
    healthySince = null;
    trouble = Trouble.NONE;
    logRead = -1;
  }
}
