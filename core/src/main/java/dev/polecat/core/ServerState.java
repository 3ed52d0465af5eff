package dev.polecat.core;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is known of a managed server at one instant; also what {@code daemon/dolt-state.json} says.
 * Immutable.
 *
 * @param status how it is
 * @param pid the server's process, empty while none runs
 * @param startedAt when that process started, as the system tells it
 * @param port where it listens, also after a restart
 * @param command that process's command line
 * @param dataDirectory its databases
 * @param version dolt's version
 * @param keeperPid the process that watches the server and restarts it; empty if none is known
 * @param keepRunning whether it goes on when nobody uses it any more
 * @param restarts how often it was restarted since it was first started
 * @param lastCrash when it last ended by itself or was replaced, if ever
 * @param lastError what was last wrong with it and what to do about it, if anything
 * @param nextRestart when it is restarted, if that is due
 * @param updatedAt when this was last checked
 */
public record ServerState(
    Status status,
    OptionalLong pid,
    Optional<Instant> startedAt,
    int port,
    String command,
    Path dataDirectory,
    String version,
    OptionalLong keeperPid,
    boolean keepRunning,
    int restarts,
    Optional<Crash> lastCrash,
    Optional<String> lastError,
    Optional<Instant> nextRestart,
    Instant updatedAt) {
  /** How a managed server is. */
  public enum Status {
    /** Its process runs, and has not answered yet. */
    STARTING,
    /** It answers. */
    RUNNING,
    /** Its process runs, and the last health check failed. */
    UNRESPONSIVE,
    /** It ended, and will be restarted. */
    DOWN,
    /** The disk is full; it is restarted when there is space again, never before. */
    DISK_FULL,
    /** The data directory, or a database, cannot be written. */
    READ_ONLY,
    /** It ended too often, and is not restarted until somebody starts it again. */
    GAVE_UP,
    /** It was stopped, and nothing is wrong. */
    STOPPED
  }

  /**
   * The end of a server that nobody asked for.
   *
   * @param at when it was noticed
   * @param exitCode what its process exited with (128 + the signal's number if it was killed);
   *     empty if its process was another's child
   */
  public record Crash(Instant at, OptionalInt exitCode) {}
}
