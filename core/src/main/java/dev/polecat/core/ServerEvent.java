package dev.polecat.core;

import java.time.Instant;

/**
 * Something that happened to a managed server, as this process saw it. Immutable.
 *
 * @param kind what happened
 * @param at when it was noticed
 * @param message the same for a person, with what to do where something is to be done
 * @param state the server's state right afterwards
 */
public record ServerEvent(Kind kind, Instant at, String message, ServerState state) {
  /** What can happen to a managed server. */
  public enum Kind {
    /** This process started it. */
    STARTED,
    /** This process found it running, and uses it. */
    ADOPTED,
    /** This process now watches it and restarts it, in place of one that left or died. */
    BECAME_KEEPER,
    /** A health check failed. */
    CHECK_FAILED,
    /** It did not answer for too many health checks, and is stopped to be replaced. */
    REPLACED,
    /** It ended, and nobody had asked it to. */
    CRASHED,
    /** It is going to be restarted, at {@link ServerState#nextRestart()}. */
    RESTART_SCHEDULED,
    /** It runs again after a restart. */
    RESTARTED,
    /** A restart failed. */
    RESTART_FAILED,
    /** It is not restarted any more. */
    GAVE_UP,
    /** Little disk space is left. */
    DISK_LOW,
    /** The disk is full. */
    DISK_FULL,
    /** The data directory, or a database, cannot be written. */
    READ_ONLY,
    /** What was wrong has passed. */
    RECOVERED,
    /** This process was its last user, and stopped it. */
    STOPPED,
    /** This process uses it no more; it goes on for others. */
    LEFT_RUNNING
  }
}
