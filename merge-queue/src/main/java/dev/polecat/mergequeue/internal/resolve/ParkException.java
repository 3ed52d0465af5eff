package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.ParkReason;

/** Ends an attempt whose merge cannot be decided; never leaves the queue. */
public final class ParkException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ParkReason reason;

  public ParkException(ParkReason reason) {
    super(reason.message(), null, false, false);
    this.reason = reason;
  }

  public ParkReason reason() {
    return reason;
  }
}
