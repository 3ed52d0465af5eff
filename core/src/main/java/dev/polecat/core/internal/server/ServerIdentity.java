package dev.polecat.core.internal.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What tells a process from every other one, also from one that got its number later. */
record ServerIdentity(long pid, Instant startedAt, String command) {
  /** Linux counts from its boot time, which processes may compute differently by a second. */
  private static final Duration CLOCK_ROUNDING = Duration.ofSeconds(2);

  /** Empty for a process that is dead, also if nobody has collected it, or that tells nothing. */
  static Optional<ServerIdentity> of(ProcessHandle process) {
    ProcessHandle.Info info = process.info();
    if (!process.isAlive() || info.command().isEmpty() || info.startInstant().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServerIdentity(
            process.pid(),
            info.startInstant().get(),
            info.commandLine().orElse(info.command().get())));
  }

  /** The live process that this describes. */
  Optional<ProcessHandle> find() {
    return ProcessHandle.of(pid)
        .filter(process -> of(process).filter(this::isSameProcess).isPresent());
  }

  private boolean isSameProcess(ServerIdentity other) {
    return pid == other.pid
        && command.equals(other.command)
        && Duration.between(startedAt, other.startedAt).abs().compareTo(CLOCK_ROUNDING) <= 0;
  }
}
