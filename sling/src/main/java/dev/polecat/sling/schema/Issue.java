package dev.polecat.sling.schema;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bead: a row of {@code issues}. Immutable.
 *
 * @param id the bead's id, such as {@code gt-42}
 * @param type such as {@code task}, {@code bug}, {@code epic}
 * @param title one line
 * @param description any length
 * @param status such as {@code open}, {@code in_progress}, {@code closed}
 * @param priority lower is more urgent
 * @param owner who answers for it
 * @param assignee who works on it
 * @param labels a set, united when branches merge; never null, empty for NULL
 * @param parent the id of the bead this one is part of
 * @param createdAt when it was made; null lets the database say
 * @param updatedAt when it was last changed, which decides who is newest; null lets the database
 *     say
 * @param closedAt when it was closed
 */
public record Issue(
    String id,
    @Nullable String type,
    @Nullable String title,
    @Nullable String description,
    @Nullable String status,
    @Nullable Integer priority,
    @Nullable String owner,
    @Nullable String assignee,
    List<String> labels,
    @Nullable String parent,
    @Nullable Instant createdAt,
    @Nullable Instant updatedAt,
    @Nullable Instant closedAt) {
  /**
   * Copies the labels.
   *
   * @param id the bead's id
   * @param type its type
   * @param title one line
   * @param description any length
   * @param status its status
   * @param priority lower is more urgent
   * @param owner who answers for it
   * @param assignee who works on it
   * @param labels a set
   * @param parent the bead this one is part of
   * @param createdAt when it was made
   * @param updatedAt when it was last changed
   * @param closedAt when it was closed
   */
  public Issue {
    labels = labels == null ? List.of() : List.copyOf(labels);
  }

  /**
   * An open task of priority 2 with nothing but an id and a title.
   *
   * @param id the bead's id
   * @param title one line
   * @return the issue
   */
  public static Issue open(String id, String title) {
    return new Issue(
        id, "task", title, null, "open", 2, null, null, List.of(), null, null, null, null);
  }
}
