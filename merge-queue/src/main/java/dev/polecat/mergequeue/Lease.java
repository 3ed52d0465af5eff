package dev.polecat.mergequeue;

import java.time.Instant;
import java.util.Objects;

/**
 * Who works on a branch, and until when that holds unless it is renewed. Immutable and safe to
 * share.
 *
 * @param holder who works on it: host, process and a random part
 * @param until when the branch counts as abandoned, by the ledger's clock
 */
public record Lease(String holder, Instant until) {
  /**
   * Checks the parts.
   *
   * @param holder who works on it
   * @param until when the branch counts as abandoned
   */
  public Lease {
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(until, "until");
  }
}
