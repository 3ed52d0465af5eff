package dev.polecat.mergequeue.internal.resolve;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rows of a table that both sides changed since the merge base, whether Dolt calls them
 * conflicts or not: read from the diffs of both sides.
 *
 * @param merge the open merge
 * @param shape the table, which has a primary key
 * @param values the value columns to look at; both sides have them
 * @param base the columns that the table has at the merge base
 * @param which SQL that is true of the rows to take
 */
record SharedRows(
    OpenMerge merge, TableShape shape, List<Column> values, Set<String> base, String which)
    implements ConflictedRows {

  @Override
  public String relation() {
    String all = values.stream().anyMatch(Column::hidesDifferences) ? fromVersions() : fromDiffs();
    return which.equals("TRUE")
        ? all
        : "(SELECT * FROM %s WHERE %s) not_given".formatted(all, which);
  }

  private String fromDiffs() {
    return "(SELECT %s, o.diff_type AS our_diff_type, t.diff_type AS their_diff_type FROM %s o JOIN %s t ON %s) both_changed"
        .formatted(
            columns("o.", "from_", "to_"),
            merge.ourDiff(shape.name()),
            merge.theirDiff(shape.name()),
            shape.keys().stream()
                .map(key -> key(key, "o") + " = " + key(key, "t"))
                .collect(Collectors.joining(" AND ")));
  }

  /**
   * Dolt's diffs leave out rows whose only change its collation does not tell. So rows that either
   * diff shows are looked up in all three versions, and compared there. What is still not seen is a
   * row in which both sides changed nothing but letter cases.
   */
  private String fromVersions() {
    String table = Sql.identifier(shape.name());
    return "(SELECT %s, %s AS our_diff_type, %s AS their_diff_type FROM (%s UNION %s) k LEFT JOIN %s AS OF '%s' b ON %s LEFT JOIN %s AS OF '%s' o ON %s LEFT JOIN %s AS OF '%s' t ON %s WHERE %s AND %s) both_changed"
        .formatted(
            columns("b.", "", ""),
            kind("o"),
            kind("t"),
            keys(merge.ourDiff(shape.name())),
            keys(merge.theirDiff(shape.name())),
            table,
            merge.base(),
            shape.sameKey("k", "b", ""),
            table,
            merge.ours(),
            shape.sameKey("k", "o", ""),
            table,
            merge.theirs(),
            shape.sameKey("k", "t", ""),
            changed("o"),
            changed("t"));
  }

  private String columns(String baseSide, String before, String after) {
    return Stream.concat(shape.keys().stream(), values.stream())
        .map(
            column ->
                "%s AS %s, o.%s AS %s, t.%s AS %s"
                    .formatted(
                        base.contains(column.name())
                            ? baseSide + Sql.identifier(before + column.name())
                            : "NULL",
                        Sql.identifier("base_" + column.name()),
                        Sql.identifier(after + column.name()),
                        Sql.identifier("our_" + column.name()),
                        Sql.identifier(after + column.name()),
                        Sql.identifier("their_" + column.name())))
        .collect(Collectors.joining(", "));
  }

  private String keys(String diff) {
    return "SELECT %s FROM %s d"
        .formatted(
            shape.keys().stream()
                .map(key -> key(key, "d") + " AS " + key.quoted())
                .collect(Collectors.joining(", ")),
            diff);
  }

  private String kind(String side) {
    String key = shape.keys().get(0).quoted();
    return "CASE WHEN %s.%s IS NULL THEN 'removed' WHEN b.%s IS NULL THEN 'added' ELSE 'modified' END"
        .formatted(side, key, key);
  }

  private String changed(String side) {
    String key = shape.keys().get(0).quoted();
    String same =
        values.stream()
            .map(
                column ->
                    column.sameSql(
                        side + "." + column.quoted(),
                        base.contains(column.name()) ? "b." + column.quoted() : "NULL"))
            .collect(Collectors.joining(" AND "));
    return "(%1$s.%2$s IS NULL OR b.%2$s IS NULL OR NOT (%3$s)) AND NOT (%1$s.%2$s IS NULL AND b.%2$s IS NULL)"
        .formatted(side, key, same);
  }

  @Override
  public ConflictColumns columns() {
    Set<String> names = new LinkedHashSet<>();
    shape.keys().forEach(column -> names.add(column.name()));
    values.forEach(column -> names.add(column.name()));
    Set<String> inBase = new LinkedHashSet<>(names);
    inBase.retainAll(base);
    return new ConflictColumns(inBase, names, names, false);
  }

  @Override
  public boolean hasIds() {
    return false;
  }

  @Override
  public boolean mayHaveDeletions() {
    return true;
  }

  /** Rows are written anew: an UPDATE would skip those that change in letter case only. */
  @Override
  public Tally write(List<CellRule> rules, ComputedWrites computed)
      throws SQLException, ParkException {
    Triggers.requireNone(merge.connection(), shape.name(), "INSERT");
    Triggers.requireNone(merge.connection(), shape.name(), "DELETE");
    Tally tally = Tally.count(merge.connection(), this, rules);
    Map<String, String> decided = new LinkedHashMap<>();
    shape.columns().forEach(c -> decided.put(c.quoted(), Sql.identifier("our_" + c.name())));
    for (CellRule rule : rules) {
      decided.put(
          rule.column().quoted(),
          "CASE WHEN %s THEN %s ELSE %s END"
              .formatted(baseExists(), rule.value(true, ""), rule.value(false, "")));
    }
    Sql.execute(
        merge.connection(),
        "DELETE merged FROM %s merged JOIN (SELECT * FROM %s WHERE %s) decided ON %s"
            .formatted(Sql.identifier(shape.name()), relation(), bothSides(), sameKey()));
    Sql.execute(
        merge.connection(),
        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s"
            .formatted(
                Sql.identifier(shape.name()),
                String.join(", ", decided.keySet()),
                String.join(", ", decided.values()),
                relation(),
                bothSides()));
    computed.writeAll();
    return tally;
  }

  /** Writes expressions over this relation, each named as its column, into the merged table. */
  void write(List<String> expressions, List<Column> columns, String where) throws SQLException {
    Sql.execute(
        merge.connection(),
        "UPDATE %s SET %s%s"
            .formatted(
                joined(expressions, where),
                columns.stream()
                    .map(column -> "merged.%1$s = decided.%1$s".formatted(column.quoted()))
                    .collect(Collectors.joining(", ")),
                shape.keepTimes("merged.", columns)));
  }

  /** The merged table joined with expressions over this relation, as {@code decided}. */
  String joined(List<String> expressions, String where) {
    return "%s merged JOIN (SELECT %s, %s FROM %s WHERE %s) decided ON %s"
        .formatted(
            Sql.identifier(shape.name()),
            shape.keys().stream()
                .map(key -> Sql.identifier("our_" + key.name()))
                .collect(Collectors.joining(", ")),
            String.join(", ", expressions),
            relation(),
            where,
            sameKey());
  }

  private String sameKey() {
    return shape.sameKey("merged", "decided", "our_");
  }

  private static String key(Column key, String side) {
    return "COALESCE(%1$s.%2$s, %1$s.%3$s)"
        .formatted(side, Sql.identifier("to_" + key.name()), Sql.identifier("from_" + key.name()));
  }
}
