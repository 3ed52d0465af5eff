package dev.polecat.mergequeue.internal.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.Lease;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads entries from their rows. */
final class LedgerRow {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerRow.class);

  private LedgerRow() {}

  /** One entry that cannot be read must not keep all others waiting. */
  static Optional<LedgerEntry> known(ResultSet row) throws SQLException {
    try {
      return Optional.of(entry(row));
    } catch (UnreadableEntryException e) {
      LOG.error("{} It is passed over.", e.getMessage(), e);
      return Optional.empty();
    }
  }

  static LedgerEntry entry(ResultSet row) throws SQLException {
    String branch = row.getString("branch");
    try {
      LedgerEntry entry = entry(row, LedgerJson.read(row.getString("document")));
      if (!entry.branch().value().equals(branch)) {
        throw new IllegalStateException("Its document is that of branch " + entry.branch() + ".");
      }
      return entry;
    } catch (JsonProcessingException | RuntimeException e) { // parts are missing or not valid
      throw new UnreadableEntryException(branch, e);
    }
  }

  private static LedgerEntry entry(ResultSet row, LedgerJson.Document document)
      throws SQLException {
    String holder = row.getString("lease_holder");
    return new LedgerEntry(
        document.request(),
        State.valueOf(row.getString("state")),
        instant(row, "since"),
        holder == null
            ? Optional.empty()
            : Optional.of(new Lease(holder, instant(row, "lease_until"))),
        row.getInt("attempts"),
        row.getString("failing_since") == null
            ? Optional.empty()
            : Optional.of(instant(row, "failing_since")),
        instant(row, "next_attempt"),
        Optional.ofNullable(row.getString("last_error")),
        Optional.ofNullable(row.getString("merged")).map(CommitHash::of),
        document.reason(),
        document.rejected(),
        document.rows(),
        document.events(),
        row.getString("version"));
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }

  private static final class UnreadableEntryException extends SQLException {
    private static final long serialVersionUID = 1L;

    UnreadableEntryException(String branch, Throwable cause) {
      super(
          "The ledger's entry of branch "
              + branch
              + " cannot be read: it is damaged, or of a newer version of this library.",
          cause);
    }
  }
}
