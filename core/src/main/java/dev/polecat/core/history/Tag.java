package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import java.time.Instant;

/**
 * A tag. Immutable and safe to share.
 *
 * @param name its name
 * @param commit the commit it names
 * @param tagger the name of who made it
 * @param email the address of who made it
 * @param time when it was made, in milliseconds
 * @param message its message; empty if it has none
 */
public record Tag(
    String name, CommitHash commit, String tagger, String email, Instant time, String message) {}
