package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.history.ColumnType.Kind;
import dev.polecat.mergequeue.CellDecision;
import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.Policy.Rule;
import dev.polecat.mergequeue.spi.CellChoice;
import dev.polecat.mergequeue.spi.ConflictedCell;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The contested cells of a table that Java decides: arrays as sets, newest by cell, users' own
 * policies. They are read in one pass; {@link ComputedWrites} brings what was decided back.
 */
final class ComputedCells {
  private final OpenMerge merge;
  private final TablePlan plan;
  private final ConflictedRows rows;
  private final List<ComputedRule> rules;
  private final Optional<Column> timestamp;
  private final Map<Column, CellTimes> times;
  private final ComputedWrites writes;
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<ComputedRule, Long> noArrays = new LinkedHashMap<>();

  private ComputedCells(
      OpenMerge merge, TablePlan plan, ConflictedRows rows, List<ComputedRule> rules)
      throws SQLException {
    this.merge = merge;
    this.plan = plan;
    this.rows = rows;
    this.rules = rules;
    this.timestamp =
        plan.shape()
            .value(merge.policies().timestampColumn())
            .filter(column -> column.kind() == Kind.DATETIME)
            .filter(column -> rules.stream().anyMatch(ComputedRule::mayBeCustom));
    this.times = CellTimes.of(merge, rows, rules);
    this.writes = new ComputedWrites(merge.connection(), rows, rules);
  }

  /**
   * Decides the cells of these rules.
   *
   * @return what is to be written
   * @throws ParkException if a policy leaves one to a person
   */
  static ComputedWrites decide(
      OpenMerge merge, TablePlan plan, ConflictedRows rows, List<ComputedRule> rules)
      throws SQLException, ParkException {
    ComputedCells cells = new ComputedCells(merge, plan, rows, rules);
    if (!rules.isEmpty()) {
      cells.read();
      cells.report();
    }
    return cells.writes;
  }

  private void read() throws SQLException, ParkException {
    String cells =
        rules.stream()
            .map(
                rule ->
                    "%s, %s, %s, %s"
                        .formatted(
                            rule.inBase() ? side(rule.column(), "base_") : "NULL",
                            side(rule.column(), "our_"),
                            side(rule.column(), "their_"),
                            rule.theirsWin()))
            .collect(Collectors.joining(", "));
    String sql =
        "SELECT %s, %s, %s, %s, %s, %s FROM %s WHERE %s"
            .formatted(
                TableResolver.keys(plan.shape(), "our_"),
                rows.hasIds() ? "dolt_conflict_id" : "''",
                rows.baseExists(),
                timestamp.map(column -> side(column, "our_")).orElse("NULL"),
                timestamp.map(column -> side(column, "their_")).orElse("NULL"),
                cells,
                rows.relation(),
                rows.bothSides());
    try (Statement statement = merge.connection().createStatement()) {
      statement.setFetchSize(Integer.MIN_VALUE); // row by row: all rows may not fit into the heap
      try (ResultSet row = statement.executeQuery(sql)) {
        while (row.next()) {
          decideRow(row);
        }
      }
    }
  }

  private static String side(Column column, String prefix) {
    return column.select(Sql.identifier(prefix + column.name()));
  }

  private void decideRow(ResultSet row) throws SQLException, ParkException {
    Map<String, Object> key = TableResolver.readKey(plan.shape(), row);
    int at = key.size() + 1;
    String id = row.getString(at++);
    boolean hasBase = row.getBoolean(at++);
    Optional<LocalDateTime> ourTime = time(row, at++);
    Optional<LocalDateTime> theirTime = time(row, at++);
    ComputedWrites.Row written = writes.row(id, key);
    for (ComputedRule rule : rules) {
      Column column = rule.column();
      ConflictedCell cell =
          new ConflictedCell(
              plan.shape().name(),
              key,
              column.name(),
              column.read(row, at),
              column.read(row, at + 1),
              column.read(row, at + 2),
              ourTime,
              theirTime);
      CellChoice choice = decide(rule, cell, hasBase && rule.inBase(), row.getBoolean(at + 3));
      if (choice instanceof CellChoice.Theirs) {
        written.takeTheirs(rule, cell.theirs());
      } else if (choice instanceof CellChoice.Value value
          && !Objects.deepEquals(value.value(), cell.ours())) {
        written.set(rule, value.value());
      }
      at += 4;
    }
  }

  private CellChoice decide(
      ComputedRule rule, ConflictedCell cell, boolean hasBase, boolean theirsWin)
      throws ParkException {
    CellChoice uncontested = uncontested(rule.column(), cell, hasBase);
    if (uncontested != null) {
      return uncontested;
    }
    Policy decider = rule.policy();
    if (ComputedRule.isSet(decider) && !areArrays(decider, cell)) {
      decider = rule.fallback();
      noArrays.merge(rule, 1L, Long::sum);
    }
    CellChoice choice = contested(decider, rule, cell, theirsWin);
    counts.merge(decider.label(), 1L, Long::sum);
    if (choice instanceof CellChoice.Park park) {
      throw plan.parked(
          List.of(cell.column()), List.of(decision(cell, decider, choice)), park.why());
    }
    if (merge.resolution().room() > 0) {
      merge.resolution().add(decision(cell, decider, choice));
    }
    return choice;
  }

  /** The side that a cell takes without a policy; null if it is contested. */
  private static @Nullable CellChoice uncontested(
      Column column, ConflictedCell cell, boolean hasBase) {
    if (column.same(cell.ours(), cell.theirs())
        || (hasBase && column.same(cell.theirs(), cell.base()))) {
      return CellChoice.ours();
    }
    return hasBase && column.same(cell.ours(), cell.base()) ? CellChoice.theirs() : null;
  }

  private CellChoice contested(
      Policy decider, ComputedRule rule, ConflictedCell cell, boolean theirsWin) {
    if (decider == rule.policy() && decider == Rule.UNION) {
      return CellChoice.value(JsonSets.union(text(cell.ours()), text(cell.theirs())));
    }
    if (decider == rule.policy() && decider == Rule.SET) {
      return CellChoice.value(
          JsonSets.threeWay(text(cell.base()), text(cell.ours()), text(cell.theirs())));
    }
    if (decider instanceof Policy.Custom custom) {
      return Objects.requireNonNull(custom.rule().decide(cell), custom.label());
    }
    if (decider instanceof Policy.NewestByCell) {
      int later = Objects.requireNonNull(times.get(rule.column())).compare(cell.key());
      return later > 0 || (later == 0 && theirsWin) ? CellChoice.theirs() : CellChoice.ours();
    }
    if (decider == Rule.PARK) {
      return CellChoice.park("");
    }
    return theirsWin ? CellChoice.theirs() : CellChoice.ours();
  }

  private static boolean areArrays(Policy policy, ConflictedCell cell) {
    return JsonSets.isArray(text(cell.ours()))
        && JsonSets.isArray(text(cell.theirs()))
        && (policy == Rule.UNION || JsonSets.isArray(text(cell.base())));
  }

  private static CellDecision decision(ConflictedCell cell, Policy policy, CellChoice choice) {
    Object result = cell.ours();
    if (choice instanceof CellChoice.Value value) {
      result = value.value();
    } else if (choice instanceof CellChoice.Theirs) {
      result = cell.theirs();
    }
    return new CellDecision(
        cell.table(),
        cell.key(),
        cell.column(),
        policy.label(),
        cell.base(),
        cell.ours(),
        cell.theirs(),
        result);
  }

  private void report() {
    counts.forEach(merge.resolution()::addCells);
    noArrays.forEach(
        (rule, cells) ->
            merge
                .resolution()
                .note(
                    "%d values of %s.%s are no arrays; %s decided them."
                        .formatted(
                            cells, plan.shape().name(), rule.column().name(), rule.fallback())));
  }

  private Optional<LocalDateTime> time(ResultSet row, int at) throws SQLException {
    return timestamp.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(row.getObject(at, LocalDateTime.class));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
