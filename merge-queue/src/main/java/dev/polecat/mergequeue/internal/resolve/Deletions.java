package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.ParkReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Settles the rows that one side deleted and the other changed. */
final class Deletions {
  private static final String OURS_GONE =
      "our_diff_type = 'removed' AND their_diff_type <> 'removed'";
  private static final String THEIRS_GONE =
      "our_diff_type <> 'removed' AND their_diff_type = 'removed'";

  private final OpenMerge merge;
  private final Connection connection;
  private final TablePlan plan;
  private final TableShape shape;
  private final ConflictedRows rows;

  Deletions(OpenMerge merge, TablePlan plan, ConflictedRows rows) {
    this.merge = merge;
    this.connection = merge.connection();
    this.plan = plan;
    this.shape = plan.shape();
    this.rows = rows;
  }

  void settle() throws SQLException, ParkException {
    if (plan.deletions() == null) {
      List<Map<String, Object>> keys = keys();
      if (!keys.isEmpty()) {
        throw new ParkException(
            new ParkReason.NoPolicy(
                shape.name(),
                "one side deleted rows that the other changed, "
                    + keys
                    + ", and "
                    + plan.missing()));
      }
      return;
    }
    switch (plan.deletions()) {
      case KEEP_CHANGE -> putBack();
      case ACCEPT_DELETION -> remove();
      case PARK -> {
        List<Map<String, Object>> keys = keys();
        if (!keys.isEmpty()) {
          throw new ParkException(new ParkReason.DeletedAndChanged(shape.name(), keys));
        }
      }
    }
  }

  private void putBack() throws SQLException, ParkException {
    List<Column> theirs =
        shape.columns().stream().filter(c -> rows.columns().their().contains(c.name())).toList();
    if (!anyRow(OURS_GONE)) {
      return;
    }
    if (rows.hasIds() && theirs.size() == shape.columns().size()) {
      Sql.execute(
          connection,
          "UPDATE %s SET from_root_ish = '', %s WHERE %s"
              .formatted(
                  rows.relation(),
                  theirs.stream()
                      .map(
                          c ->
                              "%s = %s"
                                  .formatted(
                                      Sql.identifier("our_" + c.name()),
                                      Sql.identifier("their_" + c.name())))
                      .collect(Collectors.joining(", ")),
                  OURS_GONE));
      return;
    }
    Triggers.requireNone(connection, shape.name(), "INSERT");
    Sql.execute(
        connection,
        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s"
            .formatted(
                Sql.identifier(shape.name()),
                theirs.stream().map(Column::quoted).collect(Collectors.joining(", ")),
                theirs.stream()
                    .map(c -> Sql.identifier("their_" + c.name()))
                    .collect(Collectors.joining(", ")),
                rows.relation(),
                OURS_GONE));
  }

  private void remove() throws SQLException, ParkException {
    if (!anyRow(THEIRS_GONE)) {
      return;
    }
    Triggers.requireNone(connection, shape.name(), "DELETE");
    Sql.execute(
        connection,
        "DELETE merged FROM %s merged JOIN (SELECT * FROM %s WHERE %s) gone ON %s"
            .formatted(
                Sql.identifier(shape.name()),
                rows.relation(),
                THEIRS_GONE,
                shape.sameKey("merged", "gone", "our_")));
  }

  private boolean anyRow(String where) throws SQLException {
    return Sql.one(
        connection,
        "SELECT COUNT(*) FROM %s WHERE %s".formatted(rows.relation(), where),
        row -> row.getLong(1) > 0);
  }

  /** The keys of such rows, up to the number that is listed, and at least one. */
  private List<Map<String, Object>> keys() throws SQLException {
    List<Map<String, Object>> keys = new ArrayList<>();
    for (Map.Entry<String, String> side :
        Map.of("their_", OURS_GONE, "our_", THEIRS_GONE).entrySet()) {
      keys.addAll(
          Sql.list(
              connection,
              "SELECT %s FROM %s WHERE %s LIMIT %d"
                  .formatted(
                      TableResolver.keys(shape, side.getKey()),
                      rows.relation(),
                      side.getValue(),
                      Math.max(1, merge.resolution().maxListed() - keys.size())),
              row -> TableResolver.readKey(shape, row)));
    }
    return keys;
  }
}
