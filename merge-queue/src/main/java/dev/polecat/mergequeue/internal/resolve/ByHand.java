package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.InvalidResolutionException;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ResolvedRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows that a person gave for a merge: they are taken out of its conflicts, and written last. */
public final class ByHand {
  /** No rows at all. */
  public static final ByHand NONE = new ByHand(List.of());

  private final Map<String, List<ResolvedRow>> rows;

  public ByHand(List<ResolvedRow> rows) {
    this.rows = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    rows.forEach(row -> this.rows.computeIfAbsent(row.table(), t -> new ArrayList<>()).add(row));
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * Checks the rows against the schemas of main and of the branch.
   *
   * @param connection a connection to main
   * @param sealed the branch's commit
   * @throws InvalidResolutionException if a row does not fit its table
   */
  public void check(Connection connection, CommitHash sealed) throws SQLException {
    List<String> tables = Sql.strings(connection, "SHOW TABLES");
    List<String> theirs = Sql.strings(connection, "SHOW TABLES AS OF '" + sealed + "'");
    for (Map.Entry<String, List<ResolvedRow>> given : rows.entrySet()) {
      String table = given.getKey();
      if (tables.stream().noneMatch(table::equalsIgnoreCase)) {
        throw new InvalidResolutionException(
            "There is no table " + table + ". There are: " + tables);
      }
      TableShape shape = TableShape.read(connection, table);
      if (shape.keys().isEmpty()) {
        throw new InvalidResolutionException(
            "Rows of table " + table + " cannot be given: it has no primary key.");
      }
      Set<String> known = names(shape.columns());
      if (theirs.contains(shape.name())) {
        known.addAll(names(TableShape.read(connection, shape.name(), sealed).columns()));
      }
      given.getValue().forEach(row -> check(shape, known, row));
    }
  }

  private static void check(TableShape shape, Set<String> known, ResolvedRow row) {
    Set<String> needed = names(row.deleted() ? shape.keys() : shape.columns());
    Set<String> allowed = row.deleted() ? needed : known;
    boolean noNullKey = shape.keys().stream().allMatch(key -> row.values().get(key.name()) != null);
    if (!row.values().keySet().containsAll(needed)
        || !allowed.containsAll(row.values().keySet())
        || !noNullKey) {
      throw new InvalidResolutionException(
          "A row of table "
              + shape.name()
              + " has columns "
              + row.values().keySet()
              + (row.deleted() ? ", but to delete one takes its key " : ", but needs ")
              + needed
              + ", with a key that is not NULL.");
    }
  }

  private static Set<String> names(List<Column> columns) {
    return columns.stream().map(Column::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Takes the rows out of those that break a constraint: they are written anew. */
  public void takeOutOfViolations(Connection connection) throws SQLException {
    List<String> violated =
        Sql.strings(connection, "SELECT `table` FROM dolt_constraint_violations");
    for (Map.Entry<String, List<ResolvedRow>> given : rows.entrySet()) {
      if (violated.stream().noneMatch(given.getKey()::equalsIgnoreCase)) {
        continue;
      }
      TableShape shape = TableShape.read(connection, given.getKey());
      String delete =
          "DELETE FROM %s WHERE %s"
              .formatted(
                  Sql.identifier("dolt_constraint_violations_" + shape.name()), shape.whereKey());
      for (ResolvedRow row : given.getValue()) {
        execute(connection, delete, shape.keys(), row);
      }
    }
  }

  /** SQL that is true of rows, with columns {@code our_x} and {@code their_x}, not given here. */
  String notGiven(TableShape shape) {
    List<ResolvedRow> given = rows.getOrDefault(shape.name(), List.of());
    if (given.isEmpty()) {
      return "TRUE";
    }
    return given.stream()
        .map(
            row ->
                shape.keys().stream()
                    .map(
                        key ->
                            "COALESCE(%s, %s) = %s"
                                .formatted(
                                    Sql.identifier("our_" + key.name()),
                                    Sql.identifier("their_" + key.name()),
                                    key.literal(
                                        Objects.requireNonNull(row.values().get(key.name())))))
                    .collect(Collectors.joining(" AND ")))
        .collect(Collectors.joining(") AND NOT (", "NOT (", ")"));
  }

  /** Takes the rows out of a table's conflicts; returns how many were in there. */
  long takeOut(Connection connection, TableShape shape) throws SQLException {
    List<ResolvedRow> given = rows.getOrDefault(shape.name(), List.of());
    long taken = 0;
    for (ResolvedRow row : given) {
      for (String side : List.of("our_", "their_")) {
        try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM %s WHERE %s"
                    .formatted(Sql.conflicts(shape.name()), shape.whereKey(side)))) {
          bind(delete, 1, shape.keys(), row);
          taken += delete.executeUpdate();
        }
      }
    }
    return taken;
  }

  /** The tables that have such rows. */
  Set<String> tables() {
    return rows.keySet();
  }

  /** Writes the rows of a table into the merged one. */
  void write(OpenMerge merge, String table) throws SQLException, ParkException {
    TableShape shape = TableShape.read(merge.connection(), table);
    Triggers.requireNone(merge.connection(), shape.name(), "INSERT");
    Triggers.requireNone(merge.connection(), shape.name(), "DELETE");
    List<ResolvedRow> given = rows.getOrDefault(table, List.of());
    for (ResolvedRow row : given) {
      Set<String> missing = names(shape.columns());
      missing.removeAll(row.values().keySet());
      if (!row.deleted() && !missing.isEmpty()) {
        throw new ParkException(
            new ParkReason.NotResolvable(
                shape.name(), "the branch adds " + missing + "; a row by hand needs them, too."));
      }
      write(merge.connection(), shape, row);
    }
    merge.resolution().note(given.size() + " rows of " + shape.name() + " by hand.");
  }

  private static void write(Connection connection, TableShape shape, ResolvedRow row)
      throws SQLException {
    String table = Sql.identifier(shape.name());
    String where = " WHERE " + shape.whereKey();
    // not REPLACE, which would also delete other rows that hold a unique value of this one; and not
    // UPDATE, which skips rows that change in letter case only
    execute(connection, "DELETE FROM " + table + where, shape.keys(), row);
    if (row.deleted()) {
      return;
    }
    List<Column> columns = shape.columns();
    execute(
        connection,
        "INSERT INTO %s (%s) VALUES (%s)"
            .formatted(table, join(columns, Column::quoted), join(columns, Column::placeholder)),
        columns,
        row);
  }

  private static String join(List<Column> columns, Function<Column, String> part) {
    return columns.stream().map(part).collect(Collectors.joining(", "));
  }

  private static void execute(
      Connection connection, String sql, List<Column> columns, ResolvedRow row)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, 1, columns, row);
      statement.executeUpdate();
    }
  }

  private static void bind(
      PreparedStatement statement, int from, List<Column> columns, ResolvedRow row)
      throws SQLException {
    int at = from;
    for (Column column : columns) {
      @Nullable Object value = row.values().get(column.name());
      column.bind(statement, at++, value);
    }
  }
}
