package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.CellDecision;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.internal.TableShape.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Settles the conflicts of the merge that is open on a connection, by policy and cell by cell.
 *
 * <p>Dolt leaves the whole row as ours when one cell conflicts, so every column of a conflicted row
 * is merged three ways here. All of it happens on the server in one UPDATE of {@code
 * dolt_conflicts_t} per table, which writes through to the table without firing {@code ON UPDATE
 * CURRENT_TIMESTAMP}; only arrays to be united travel. One UPDATE per row would scan all conflicts
 * each time.
 */
final class Resolver {
  static final String BOTH_SIDES = "our_diff_type <> 'removed' AND their_diff_type <> 'removed'";
  private static final int BATCH = 1_000;

  private final Connection connection;
  private final ConflictPolicies policies;
  private final Resolution resolution;

  Resolver(Connection connection, ConflictPolicies policies, int maxListed) {
    this.connection = connection;
    this.policies = policies;
    this.resolution = new Resolution(maxListed);
  }

  /**
   * Resolves every conflict of the open merge.
   *
   * @param tables the tables with conflicts
   * @return what was decided
   * @throws ParkException if a cell cannot be decided; some tables may be written by then
   */
  Resolution resolve(List<String> tables) throws SQLException, ParkException {
    for (String table : tables) {
      TableShape shape = TableShape.read(connection, table);
      shape.checkResolvable(connection);
      resolve(TablePlan.of(shape, policies));
    }
    return resolution;
  }

  private void resolve(TablePlan plan) throws SQLException, ParkException {
    Tally tally = Tally.of(connection, plan);
    report(plan, tally);
    List<CellRule> united = new ArrayList<>();
    List<CellRule> contested = new ArrayList<>();
    List<CellRule> written = new ArrayList<>();
    for (int i = 0; i < plan.rules().size(); i++) {
      CellRule rule = plan.rules().get(i);
      if (tally.count(i, CellRule.UNITED) > 0) {
        united.add(rule);
      }
      if (tally.isContested(i)) {
        contested.add(rule);
      }
      if (tally.takesTheirs(i)) {
        written.add(rule);
      }
    }
    List<UnitedRow> unions = unite(plan.shape(), united);
    list(plan.shape(), contested);
    requireSeenByServer(plan.shape(), written);
    write(plan.shape(), written);
    writeUnited(plan.shape(), united, unions);
    keepChangesOverDeletions(plan.shape());
    try (PreparedStatement clear =
        connection.prepareStatement("CALL DOLT_CONFLICTS_RESOLVE('--ours', ?)")) {
      clear.setString(1, plan.shape().name());
      clear.execute();
    }
  }

  private void report(TablePlan plan, Tally tally) throws SQLException, ParkException {
    String table = plan.shape().name();
    resolution.addRows(
        Sql.one(
            connection,
            "SELECT num_conflicts FROM dolt_conflicts WHERE `table` = ?",
            row -> row.getLong(1),
            table));
    List<String> parked = new ArrayList<>();
    for (int i = 0; i < plan.rules().size(); i++) {
      CellRule rule = plan.rules().get(i);
      long decided = tally.decided(i);
      String label = rule.label(CellRule.DECIDED_OURS);
      if (decided > 0 && label.equals("park")) {
        parked.add(rule.column().name());
      }
      if (decided > 0 && rule.isUnion()) {
        resolution.note(
            "%d values of %s.%s are no arrays; %s decided them."
                .formatted(decided, table, rule.column().name(), rule.fallback()));
      }
      resolution.addCells(label, decided);
      resolution.addCells(rule.label(CellRule.UNITED), tally.count(i, CellRule.UNITED));
    }
    if (!parked.isEmpty()) {
      throw new ParkException(new ParkReason.PolicySaysPark(table, parked));
    }
  }

  /** One row with the arrays to write into it; null where the column is not contested. */
  private record UnitedRow(List<Object> key, List<@Nullable String> arrays) {}

  private List<UnitedRow> unite(TableShape shape, List<CellRule> unions) throws SQLException {
    if (unions.isEmpty()) {
      return List.of();
    }
    String contested =
        unions.stream()
            .map(rule -> "(" + rule.code() + ") = " + CellRule.UNITED)
            .collect(Collectors.joining(" OR "));
    String columns =
        unions.stream()
            .map(rule -> rule.our() + ", " + rule.their() + ", " + rule.code())
            .collect(Collectors.joining(", "));
    String sql =
        "SELECT %s, %s FROM %s WHERE %s AND (%s)"
            .formatted(
                boundKeyColumns(shape),
                columns,
                Sql.conflicts(shape.name()),
                BOTH_SIDES,
                contested);
    List<UnitedRow> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      int keys = shape.keys().size();
      while (row.next()) {
        List<Object> key = new ArrayList<>();
        for (int i = 1; i <= keys; i++) {
          key.add(row.getObject(i));
        }
        List<@Nullable String> arrays = new ArrayList<>();
        for (int u = 0; u < unions.size(); u++) {
          int at = keys + 1 + 3 * u;
          arrays.add(
              row.getInt(at + 2) == CellRule.UNITED
                  ? JsonUnion.of(row.getString(at), row.getString(at + 1))
                  : null);
        }
        rows.add(new UnitedRow(key, arrays));
      }
    }
    return rows;
  }

  private void list(TableShape shape, List<CellRule> contested) throws SQLException {
    if (resolution.room() == 0 || contested.isEmpty()) {
      return;
    }
    String cells =
        contested.stream()
            .map(r -> "%s, %s, %s, %s".formatted(r.code(), r.base(), r.our(), r.their()))
            .collect(Collectors.joining(", "));
    String anyDecided =
        contested.stream()
            .map(rule -> "(" + rule.code() + ") > " + CellRule.THEIRS)
            .collect(Collectors.joining(" OR "));
    String sql =
        "SELECT %s, %s FROM %s WHERE %s AND (%s) LIMIT %d"
            .formatted(
                keyColumns(shape),
                cells,
                Sql.conflicts(shape.name()),
                BOTH_SIDES,
                anyDecided,
                resolution.room());
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        listRow(shape, contested, row);
      }
    }
  }

  private void listRow(TableShape shape, List<CellRule> contested, ResultSet row)
      throws SQLException {
    Map<String, Object> key = new LinkedHashMap<>();
    int at = 1;
    for (Column column : shape.keys()) {
      key.put(column.name(), row.getObject(at++));
    }
    for (CellRule rule : contested) {
      int code = row.getInt(at);
      if (code > CellRule.THEIRS) {
        Object ours = row.getObject(at + 2);
        Object theirs = row.getObject(at + 3);
        Object result =
            switch (code) {
              case CellRule.UNITED -> JsonUnion.of(row.getString(at + 2), row.getString(at + 3));
              case CellRule.DECIDED_THEIRS -> theirs;
              default -> ours;
            };
        resolution.add(
            new CellDecision(
                shape.name(),
                key,
                rule.column().name(),
                rule.label(code),
                row.getObject(at + 1),
                ours,
                theirs,
                result));
      }
      at += 4;
    }
  }

  /**
   * Refuses rows whose only change to write is one of letter case in a column that does not tell
   * cases apart: Dolt's UPDATE takes such a row for unchanged and skips it.
   */
  private void requireSeenByServer(TableShape shape, List<CellRule> rules)
      throws SQLException, ParkException {
    String anyText =
        rules.stream()
            .filter(rule -> rule.column().kind() == TableShape.Kind.TEXT)
            .map(CellRule::takesTheirs)
            .collect(Collectors.joining(" OR "));
    if (anyText.isEmpty()) {
      return;
    }
    String nothingElse =
        rules.stream()
            .map(r -> "(NOT %s OR %s <=> %s)".formatted(r.takesTheirs(), r.our(), r.their()))
            .collect(Collectors.joining(" AND "));
    long unseen =
        Sql.one(
            connection,
            "SELECT COUNT(*) FROM %s WHERE %s AND (%s) AND %s"
                .formatted(Sql.conflicts(shape.name()), BOTH_SIDES, anyText, nothingElse),
            row -> row.getLong(1));
    if (unseen > 0) {
      throw new ParkException(
          new ParkReason.NoPolicy(
              shape.name(),
              unseen
                  + " rows would change in letter case only, in columns whose collation does not"
                  + " tell, and Dolt does not write such a change."));
    }
  }

  private void write(TableShape shape, List<CellRule> rules) throws SQLException {
    if (rules.isEmpty()) {
      return;
    }
    String assignments =
        rules.stream()
            .map(rule -> rule.our() + " = " + rule.value())
            .collect(Collectors.joining(", "));
    Sql.execute(
        connection,
        "UPDATE %s SET %s WHERE %s"
            .formatted(Sql.conflicts(shape.name()), assignments, BOTH_SIDES));
  }

  private void writeUnited(TableShape shape, List<CellRule> unions, List<UnitedRow> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    // an explicit assignment keeps ON UPDATE CURRENT_TIMESTAMP from firing
    String keepTimes =
        shape.values().stream()
            .filter(Column::isTime)
            .map(c -> ", %1$s = %1$s".formatted(Sql.identifier(c.name())))
            .collect(Collectors.joining());
    String sql =
        "UPDATE %s SET %s%s WHERE %s"
            .formatted(
                Sql.identifier(shape.name()),
                unions.stream()
                    .map(
                        u ->
                            "%1$s = COALESCE(?, %1$s)".formatted(Sql.identifier(u.column().name())))
                    .collect(Collectors.joining(", ")),
                keepTimes,
                shape.keys().stream()
                    .map(k -> Sql.identifier(k.name()) + (isBytes(k) ? " = UNHEX(?)" : " = ?"))
                    .collect(Collectors.joining(" AND ")));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < rows.size(); i++) {
        UnitedRow row = rows.get(i);
        int at = 1;
        for (String array : row.arrays()) {
          statement.setString(at++, array);
        }
        for (Object key : row.key()) {
          statement.setObject(at++, key);
        }
        statement.addBatch();
        if ((i + 1) % BATCH == 0 || i + 1 == rows.size()) {
          checkEachRowWritten(statement.executeBatch(), shape);
        }
      }
    }
  }

  private static void checkEachRowWritten(int[] counts, TableShape shape) throws SQLException {
    if (IntStream.of(counts).anyMatch(count -> count == 0)) {
      throw new SQLException(
          "A united array of table " + shape.name() + " was not written: no row has its key.");
    }
  }

  /** Delete against change: the change is kept (own decision: a deletion can be repeated). */
  private void keepChangesOverDeletions(TableShape shape) throws SQLException {
    List<Column> all = new ArrayList<>(shape.keys());
    all.addAll(shape.values());
    String columns =
        all.stream().map(c -> Sql.identifier(c.name())).collect(Collectors.joining(", "));
    String theirs =
        all.stream()
            .map(c -> Sql.identifier("their_" + c.name()))
            .collect(Collectors.joining(", "));
    Sql.execute(
        connection,
        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE our_diff_type = 'removed'"
            .formatted(Sql.identifier(shape.name()), columns, theirs, Sql.conflicts(shape.name())));
  }

  /** The key in a form that comes back unharmed: the driver reads bytes as text. */
  private static String boundKeyColumns(TableShape shape) {
    return shape.keys().stream()
        .map(
            key -> (isBytes(key) ? "HEX(%s)" : "%s").formatted(Sql.identifier("our_" + key.name())))
        .collect(Collectors.joining(", "));
  }

  private static boolean isBytes(Column column) {
    return column.kind() == TableShape.Kind.BYTES;
  }

  private static String keyColumns(TableShape shape) {
    return shape.keys().stream()
        .map(key -> Sql.identifier("our_" + Objects.requireNonNull(key).name()))
        .collect(Collectors.joining(", "));
  }
}
