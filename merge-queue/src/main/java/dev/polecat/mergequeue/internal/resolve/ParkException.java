package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.DoltError;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ViolatedRow;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Ends an attempt whose merge cannot be decided; never leaves the queue. */
public final class ParkException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ParkReason reason;

  public ParkException(ParkReason reason) {
    super(reason.message(), null, false, false);
    this.reason = reason;
  }

  /**
   * For a row that the server will not take while it is being settled.
   *
   * @throws SQLException the failure itself, if it has another reason
   */
  static ParkException violated(String table, SQLException failure) throws SQLException {
    if (DoltError.of(failure) != DoltError.CONSTRAINT_VIOLATION) {
      throw failure;
    }
    String message = String.valueOf(failure.getMessage());
    String kind = "constraint";
    if (message.contains("unique key")) {
      kind = "unique index";
    } else if (message.contains("non-nullable")) {
      kind = "not null";
    } else if (message.startsWith("Check constraint")) {
      kind = "check constraint";
    }
    return new ParkException(
        new ParkReason.ConstraintViolation(
            List.of(table), List.of(new ViolatedRow(table, kind, Map.of(), message))));
  }

  public ParkReason reason() {
    return reason;
  }
}
