package dev.polecat.sling.cli;

import java.time.Instant;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The write that many do to the same row: title by newest, labels by union, the time by max. */
interface HotBeads {
  @SqlUpdate(
      """
      UPDATE issues
      SET title = :text,
          labels = JSON_ARRAY_APPEND(COALESCE(labels, JSON_ARRAY()), '$', :label),
          updated_at = :at
      WHERE id = :bead
      """)
  void take(String bead, String text, String label, Instant at);
}
