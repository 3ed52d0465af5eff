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
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries as rows. */
final class LedgerRow {
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
  static final List<String> COLUMNS =
      List.of(
          "rig",
          "branch",
          "state",
          "base",
          "sealed",
          "merged",
          "priority",
          "since",
          "attempts",
          "failing_since",
          "next_attempt",
          "last_error",
          "lease_holder",
          "lease_until",
          "document",
          "version");

  private static final Logger LOG = LoggerFactory.getLogger(LedgerRow.class);

  private LedgerRow() {}

  /** An entry's values, in the order of the columns. */
  static List<@Nullable String> of(String rig, LedgerEntry entry) {
    List<@Nullable String> values = new ArrayList<>();
    Collections.addAll(
        values,
        rig,
        entry.branch().value(),
        entry.state().name(),
        entry.request().base().value(),
        entry.request().sealed().value(),
        entry.merged().map(CommitHash::value).orElse(null),
        Integer.toString(entry.request().priority()),
        TIME.format(entry.since()),
        Integer.toString(entry.attempts()),
        entry.failingSince().map(TIME::format).orElse(null),
        TIME.format(entry.nextAttempt()),
        entry.lastError().orElse(null),
        entry.lease().map(Lease::holder).orElse(null),
        entry.lease().map(Lease::until).map(TIME::format).orElse(null),
        LedgerJson.write(
            new LedgerJson.Document(
                entry.request(), entry.reason(), entry.rejected(), entry.rows(), entry.events())),
        entry.version());
    return values;
  }

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
