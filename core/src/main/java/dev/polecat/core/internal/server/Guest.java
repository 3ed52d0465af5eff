package dev.polecat.core.internal.server;

import dev.polecat.core.ServerEvent.Kind;
import dev.polecat.core.ServerState.Status;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A process that uses a server which another one watches: it follows what the keeper does, and
 * takes its place when that ends. Everything here runs on the worker's thread.
 */
final class Guest {
  private final Supervised all;
  private final Keeper keeper;

  Guest(Supervised all, Keeper keeper) {
    this.all = all;
    this.keeper = keeper;
  }

  void check() throws IOException {
    Optional<StateFile.Content> written = all.book.file().read();
    if (all.locks.tryKeep()) {
      written = all.book.file().read(); // what the last keeper wrote last
      Optional<ServerProcess> live = live(written);
      boolean gaveUp = written.isPresent() && written.get().state().status() == Status.GAVE_UP;
      if (live.isPresent() || !gaveUp) {
        follow(written, live);
        keeper.takeOver(written.map(StateFile.Content::counted).orElse(java.util.List.of()));
        return;
      }
      all.locks.stopKeeping(); // it is a person's turn
    }
    follow(written, live(written));
    report();
  }

  /** The process ended and nobody here asked it to. */
  void ended(ServerProcess server) {
    if (all.server != server || all.closing) {
      return;
    }
    all.server = null;
    String message =
        "The dolt server, process "
            + server.pid()
            + ", ended; the process that watches it restarts it.";
    all.book.ended(Status.DOWN, OptionalInt.empty(), message);
    all.book.event(Kind.CRASHED, message);
  }

  private Optional<ServerProcess> live(Optional<StateFile.Content> written) throws IOException {
    return written.isEmpty()
        ? Optional.empty()
        : ServerProcess.recorded(all.config, written.get())
            .filter(process -> process.endpoint().equals(all.endpoint()));
  }

  /** Takes what the keeper wrote for the truth, and its process for the server. */
  private void follow(Optional<StateFile.Content> written, Optional<ServerProcess> live) {
    ServerProcess before = all.server;
    if (live.isEmpty()) {
      if (before != null && !before.isAlive()) {
        ended(before);
      }
      written
          .filter(content -> all.server == null && content.identity().isEmpty())
          .ifPresent(all.book::load);
      return;
    }
    written.ifPresent(all.book::load);
    if (before == null || before.pid() != live.get().pid()) {
      if (all.ask(live.get()) == null) {
        all.uses(live.get());
        all.book.event(
            Kind.RESTARTED,
            "The dolt server runs again on port "
                + live.get().endpoint().port()
                + " as process "
                + live.get().pid());
      }
    }
  }

  private void report() {
    ServerProcess server = all.server;
    @Nullable String failure = server == null ? null : all.ask(server);
    if (server != null && failure != null && server.isAlive() && !all.closing) {
      String message =
          "Health check of the dolt server, process " + server.pid() + ", failed: " + failure;
      all.book.change(Status.UNRESPONSIVE, message);
      all.book.event(Kind.CHECK_FAILED, message);
    }
  }
}
