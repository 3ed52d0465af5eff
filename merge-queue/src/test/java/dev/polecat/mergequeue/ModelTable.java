package dev.polecat.mergequeue;

import dev.polecat.mergequeue.spi.CellChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of random make with its policies. Its cells are the value columns, then the two times
 * {@code ts} and {@code ts2} by which newest may go.
 */
record ModelTable(
    List<ModelType> keys,
    List<Col> columns,
    Rule otherwise,
    int otherwiseClock,
    DeletionRule deletions,
    boolean timesSetThemselves,
    boolean indexed) {
  private static final List<String> CLOCKS = List.of("ts", "ts2");

  /** The policies; those of the user's own are named for what they do. */
  enum Rule {
    /** None of its own: the table's, or the general default. */
    NONE,
    NEWEST,
    NEWEST_BY_CELL,
    UNION,
    SET,
    MAX,
    MIN,
    SUM,
    OURS,
    THEIRS,
    /** A custom one: the value at the base. */
    AS_IT_WAS,
    /** A custom one: theirs if the row's {@code ts} is later there. */
    BY_ROW_TIME,
    PARK,
    /** A custom one: asks a person if one side has NULL, and takes ours if not. */
    PARK_NULLS
  }

  /** A value column: {@code clock} is the time that newest goes by. */
  record Col(ModelType type, Rule rule, int clock, boolean inComment) {}

  ModelTable {
    columns = columns.stream().map(ModelTable::fitting).toList();
  }

  /** The column with a policy that its type can have. */
  private static Col fitting(Col col) {
    boolean fits =
        switch (col.rule()) {
          case UNION, SET -> col.type().isJson();
          case MAX, MIN -> !col.type().isJson();
          case SUM -> col.type().addsUp();
          default -> true;
        };
    return fits ? col : new Col(col.type(), Rule.NEWEST, col.clock(), col.inComment());
  }

  int cells() {
    return columns.size() + CLOCKS.size();
  }

  /** The cell that holds a clock's time. */
  int clock(int which) {
    return columns.size() + which;
  }

  ModelType type(int cell) {
    if (cell < columns.size()) {
      return columns.get(cell).type();
    }
    return cell == clock(0) ? ModelType.DATETIME : ModelType.TIMESTAMP;
  }

  /** The policy in force; for union and set the one that takes over is {@link #fallback}. */
  Rule rule(int cell) {
    if (cell >= columns.size()) {
      return isUsed(cell - columns.size()) ? Rule.MAX : fallback();
    }
    Rule own = columns.get(cell).rule();
    if (own != Rule.NONE) {
      return own;
    }
    return otherwise == Rule.NONE && type(cell).isJson() ? Rule.UNION : fallback();
  }

  Rule fallback() {
    return otherwise == Rule.NONE ? Rule.NEWEST : otherwise;
  }

  /** The cell that holds the time by which newest goes for a cell. */
  int clockOf(int cell) {
    boolean own =
        cell < columns.size()
            && (columns.get(cell).rule() == Rule.NEWEST
                || columns.get(cell).rule() == Rule.NEWEST_BY_CELL);
    return clock(own ? columns.get(cell).clock() : otherwise == Rule.NONE ? 0 : otherwiseClock);
  }

  private boolean isUsed(int which) {
    return columns.stream().anyMatch(c -> goesByTime(c.rule()) && c.clock() == which)
        || (goesByTime(fallback()) && (otherwise == Rule.NONE ? 0 : otherwiseClock) == which);
  }

  private static boolean goesByTime(Rule rule) {
    return rule == Rule.NEWEST || rule == Rule.NEWEST_BY_CELL;
  }

  ConflictPolicies policies() {
    ConflictPolicies.Builder builder =
        ConflictPolicies.builder()
            .timestampColumn(CLOCKS.get(0))
            .custom(AS_IT_WAS)
            .custom(BY_ROW_TIME)
            .custom(PARK_NULLS);
    return builder
        .table(
            "t",
            t -> {
              for (int i = 0; i < columns.size(); i++) {
                Col col = columns.get(i);
                if (col.rule() != Rule.NONE && !col.inComment()) {
                  t.column("c" + i, policy(col.rule(), col.clock()));
                }
              }
              if (otherwise != Rule.NONE) {
                t.otherwise(policy(otherwise, otherwiseClock));
              }
              t.deletions(deletions);
            })
        .build();
  }

  private static final Policy.Custom AS_IT_WAS =
      new Policy.Custom("as-it-was", cell -> CellChoice.value(cell.base()));
  private static final Policy.Custom BY_ROW_TIME =
      new Policy.Custom(
          "by-row-time",
          cell ->
              cell.theirTime().isPresent()
                      && (cell.ourTime().isEmpty()
                          || cell.theirTime().get().isAfter(cell.ourTime().get()))
                  ? CellChoice.theirs()
                  : CellChoice.ours());
  private static final Policy.Custom PARK_NULLS =
      new Policy.Custom(
          "park-nulls",
          cell ->
              cell.ours() == null || cell.theirs() == null
                  ? CellChoice.park("NULL or not?")
                  : CellChoice.ours());

  private static Policy policy(Rule rule, int clock) {
    return switch (rule) {
      case NONE -> throw new IllegalStateException("no policy");
      case NEWEST -> Policy.newest(CLOCKS.get(clock));
      case NEWEST_BY_CELL -> Policy.newestByCell(CLOCKS.get(clock));
      case UNION -> Policy.union();
      case SET -> Policy.threeWaySet();
      case MAX -> Policy.max();
      case MIN -> Policy.min();
      case SUM -> Policy.sum();
      case OURS -> Policy.ours();
      case THEIRS -> Policy.theirs();
      case PARK -> Policy.park();
      case AS_IT_WAS -> AS_IT_WAS;
      case BY_ROW_TIME -> BY_ROW_TIME;
      case PARK_NULLS -> PARK_NULLS;
    };
  }

  String create() {
    StringBuilder sql = new StringBuilder("CREATE TABLE t (");
    for (int i = 0; i < keys.size(); i++) {
      sql.append("k" + i + " " + keys.get(i).sql() + " NOT NULL, ");
    }
    String itself = timesSetThemselves ? " ON UPDATE CURRENT_TIMESTAMP(6)" : "";
    sql.append("ts DATETIME(6) DEFAULT NULL" + itself + ", "); // one before, the other after them
    for (int i = 0; i < columns.size(); i++) {
      Col col = columns.get(i);
      sql.append("c" + i + " " + col.type().sql());
      if (col.inComment() && col.rule() != Rule.NONE) {
        sql.append(" COMMENT 'merge=" + policy(col.rule(), col.clock()) + "'");
      }
      sql.append(", ");
    }
    sql.append("ts2 TIMESTAMP(6) DEFAULT NULL" + itself);
    sql.append(", PRIMARY KEY (" + names("k", keys.size()) + ")");
    return sql + (indexed ? ", KEY (ts))" : ")");
  }

  private static String names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.joining(", "));
  }

  String replace(List<String> rows) {
    return "REPLACE INTO t (%s, %s) VALUES %s"
        .formatted(
            names("k", keys.size()), String.join(", ", cellNames()), String.join(", ", rows));
  }

  /** The names of all columns but the keys. */
  List<String> cellNames() {
    List<String> names = new ArrayList<>();
    IntStream.range(0, columns.size()).forEach(i -> names.add("c" + i));
    names.addAll(CLOCKS);
    return names;
  }

  /** The parts of the {@code at}th key. */
  List<String> key(int at) {
    return keys.size() == 1
        ? List.of(keys.get(0).key(at))
        : List.of(keys.get(0).key(at / 4), keys.get(1).key(at % 4));
  }

  /** A row for {@link #replace}. */
  String row(int at, List<String> cells) {
    List<String> literals = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      literals.add(keys.get(i).literal(key(at).get(i)));
    }
    for (int i = 0; i < cells.size(); i++) {
      literals.add(type(i).literal(cells.get(i)));
    }
    return "(" + String.join(", ", literals) + ")";
  }

  String where(int at) {
    return IntStream.range(0, keys.size())
        .mapToObj(i -> "k" + i + " = " + keys.get(i).literal(key(at).get(i)))
        .collect(Collectors.joining(" AND ", "(", ")"));
  }

  String select() {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      parts.add(keys.get(i).select("k" + i));
    }
    for (int i = 0; i < cells(); i++) {
      parts.add(type(i).select(cellNames().get(i)));
    }
    return "SELECT " + String.join(", ", parts) + " FROM t";
  }

  @Override
  public String toString() {
    return create() + "\n" + policies();
  }
}
