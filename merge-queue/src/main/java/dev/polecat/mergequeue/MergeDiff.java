package dev.polecat.mergequeue;

import dev.polecat.core.history.RowChange;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a merge changes on main. Immutable and safe to share.
 *
 * @param tables the changed tables, with exact counts
 * @param rows the changed rows, up to the number the queue is configured to list
 */
public record MergeDiff(List<TableChange> tables, List<RowChange> rows) {
  /** No change at all. */
  public static final MergeDiff EMPTY = new MergeDiff(List.of(), List.of());

  /**
   * Copies the lists.
   *
   * @param tables the changed tables
   * @param rows the changed rows
   */
  public MergeDiff {
    tables = List.copyOf(tables);
    rows = List.copyOf(rows);
  }

  /**
   * One changed table.
   *
   * @param table its name; "old -> new" if it was renamed
   * @param kind "added", "dropped", "renamed" or "modified"
   * @param schemaChanged whether its columns or constraints change
   * @param added rows that come
   * @param removed rows that go
   * @param modified rows that change
   */
  public record TableChange(
      String table, String kind, boolean schemaChanged, long added, long removed, long modified) {}

  /**
   * How many rows change in all.
   *
   * @return the sum over the tables; at least {@code rows().size()}
   */
  public long changedRows() {
    return tables.stream().mapToLong(t -> t.added() + t.removed() + t.modified()).sum();
  }

  /**
   * The diff for a person to read: a line per table with its counts, then its rows.
   *
   * @return lines that end with a line break; empty if nothing changes
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (TableChange change : tables) {
      text.append(
          "%s: %s%s, +%d -%d ~%d rows\n"
              .formatted(
                  change.table(),
                  change.kind(),
                  change.schemaChanged() ? ", schema changed" : "",
                  change.added(),
                  change.removed(),
                  change.modified()));
      text.append(
          rows.stream()
              .filter(row -> row.table().equals(change.table()))
              .map(RowChange::text)
              .collect(Collectors.joining()));
    }
    if (rows.size() < changedRows()) {
      text.append((changedRows() - rows.size()) + " more rows are not listed\n");
    }
    return text.toString();
  }
}
