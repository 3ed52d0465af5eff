package dev.polecat.mergequeue;

import java.time.Instant;

/**
 * That merging into a rig's main is paused, in all processes.
 *
 * @param by who paused it
 * @param why why
 * @param since when, by the ledger's clock
 */
public record QueuePause(String by, String why, Instant since) {}
