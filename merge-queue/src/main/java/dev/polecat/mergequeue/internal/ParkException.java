package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.ParkReason;

/** Ends an attempt whose merge cannot be decided; never leaves the queue. */
final class ParkException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ParkReason reason;

  ParkException(ParkReason reason) {
    super(reason.message(), null, false, false);
    this.reason = reason;
  }

  ParkReason reason() {
    return reason;
  }
}
