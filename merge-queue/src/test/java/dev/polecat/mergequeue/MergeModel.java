package dev.polecat.mergequeue;

import dev.polecat.mergequeue.ModelTable.Rule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the documentation of {@link Policy} and {@link DeletionRule} says, in plain Java over maps,
 * and on purpose without a line of the resolver's.
 */
final class MergeModel {
  private final ModelTable table;

  MergeModel(ModelTable table) {
    this.table = table;
  }

  /**
   * A row without its key.
   *
   * @param cells the values; NULL is null
   * @param written the row's time in the commit that brought each value
   */
  record Row(List<String> cells, List<String> written) {
    Row {
      cells = Collections.unmodifiableList(new ArrayList<>(cells));
      written = Collections.unmodifiableList(new ArrayList<>(written));
    }

    String cell(int at) {
      return cells.get(at);
    }
  }

  /**
   * What a merge ends with.
   *
   * @param rows main's rows by number of key
   * @param toAskAbout the policies that leave the merge to a person; empty if none does
   */
  record Outcome(Map<Integer, Row> rows, Set<String> toAskAbout) {}

  /** A commit: the rows after it, by number of key, where the values are those given. */
  Map<Integer, Row> commit(Map<Integer, Row> before, Map<Integer, List<String>> after) {
    Map<Integer, Row> rows = new TreeMap<>();
    after.forEach(
        (key, cells) -> {
          Row old = before.get(key);
          List<String> written = new ArrayList<>();
          for (int i = 0; i < cells.size(); i++) {
            boolean kept = old != null && Objects.equals(old.cell(i), cells.get(i));
            written.add(kept ? old.written().get(i) : cells.get(table.clockOf(i)));
          }
          rows.put(key, new Row(cells, written));
        });
    return rows;
  }

  Outcome merge(Map<Integer, Row> base, Map<Integer, Row> ours, Map<Integer, Row> theirs) {
    Map<Integer, Row> merged = new TreeMap<>();
    Set<String> ask = new TreeSet<>();
    Set<Integer> keys = new TreeSet<>(ours.keySet());
    keys.addAll(theirs.keySet());
    for (int key : keys) {
      Row b = base.get(key);
      Row o = ours.get(key);
      Row t = theirs.get(key);
      Row row =
          o == null || t == null ? oneSideOnly(b, o == null ? t : o, ask) : both(b, o, t, ask);
      if (row != null) {
        merged.put(key, row);
      }
    }
    return new Outcome(merged, ask);
  }

  /** A row that one side has and the other has not. */
  private Row oneSideOnly(Row base, Row row, Set<String> ask) {
    if (base == null) {
      return row;
    }
    if (base.cells().equals(row.cells())) {
      return null;
    }
    return switch (table.deletions()) {
      case KEEP_CHANGE -> row;
      case ACCEPT_DELETION -> null;
      case PARK -> {
        ask.add("deletion");
        yield row;
      }
    };
  }

  private Row both(Row base, Row ours, Row theirs, Set<String> ask) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < table.cells(); i++) {
      String o = ours.cell(i);
      String t = theirs.cell(i);
      String b = base == null ? null : base.cell(i);
      boolean changedByUs = base == null || !Objects.equals(b, o);
      boolean changedByThem = base == null || !Objects.equals(b, t);
      if (changedByUs && changedByThem && (table.rule(i) == Rule.SUM || !Objects.equals(o, t))) {
        cells.add(decide(i, base, ours, theirs, ask));
      } else {
        cells.add(changedByThem ? t : o);
      }
    }
    List<String> written = new ArrayList<>();
    for (int i = 0; i < table.cells(); i++) {
      boolean fromUs = Objects.equals(cells.get(i), ours.cell(i));
      boolean fromThem = Objects.equals(cells.get(i), theirs.cell(i));
      String us = ours.written().get(i);
      String them = theirs.written().get(i);
      if (fromUs && fromThem) {
        written.add(later(us, them));
      } else if (fromUs || fromThem) {
        written.add(fromUs ? us : them);
      } else {
        written.add(cells.get(table.clockOf(i)));
      }
    }
    return new Row(cells, written);
  }

  private String decide(int cell, Row base, Row ours, Row theirs, Set<String> ask) {
    Rule rule = table.rule(cell);
    String b = base == null ? null : base.cell(cell);
    String o = ours.cell(cell);
    String t = theirs.cell(cell);
    if (rule == Rule.UNION || rule == Rule.SET) {
      boolean arrays = isArray(o) && isArray(t) && (rule == Rule.UNION || isArray(b));
      if (arrays) {
        return rule == Rule.UNION ? union(o, t) : threeWaySet(b, o, t);
      }
      rule = table.fallback();
    }
    ModelType type = table.type(cell);
    return switch (rule) {
      case NEWEST -> {
        int clock = table.clockOf(cell);
        yield newest(type, ours.cell(clock), o, theirs.cell(clock), t);
      }
      case NEWEST_BY_CELL ->
          newest(type, ours.written().get(cell), o, theirs.written().get(cell), t);
      case MAX -> o == null || (t != null && compare(type, t, o) > 0) ? t : o;
      case MIN -> o == null || (t != null && compare(type, t, o) < 0) ? t : o;
      case SUM -> sum(type, b, o, t);
      case OURS -> o;
      case THEIRS -> t;
      case AS_IT_WAS -> b;
      case BY_ROW_TIME -> isLater(theirs.cell(table.clock(0)), ours.cell(table.clock(0))) ? t : o;
      case PARK -> {
        ask.add("policy");
        yield o;
      }
      case PARK_NULLS -> {
        if (o == null || t == null) {
          ask.add("policy");
        }
        yield o;
      }
      case NONE, UNION, SET -> throw new IllegalStateException(rule + " decides nothing here.");
    };
  }

  /** Text that its collation takes for the same goes by its bytes, so that some value wins. */
  private static int compare(ModelType type, String x, String y) {
    int byOrder = type.compare(x, y);
    return byOrder != 0 ? byOrder : type.compareInFixedOrder(x, y);
  }

  private static String newest(
      ModelType type, String ourTime, String o, String theirTime, String t) {
    if (!Objects.equals(ourTime, theirTime)) {
      return isLater(theirTime, ourTime) ? t : o;
    }
    return o == null || (t != null && type.compareInFixedOrder(t, o) > 0) ? t : o;
  }

  private static boolean isLater(String time, String than) {
    return time != null && (than == null || ModelType.DATETIME.compare(time, than) > 0);
  }

  private static String later(String x, String y) {
    return isLater(x, y) ? x : y;
  }

  private static String sum(ModelType type, String base, String ours, String theirs) {
    BigDecimal sum = number(ours).add(number(theirs)).subtract(number(base));
    return type.canonical(
        type == ModelType.DECIMAL ? sum.setScale(2).toString() : sum.toPlainString());
  }

  private static BigDecimal number(String value) {
    return value == null ? BigDecimal.ZERO : new BigDecimal(value);
  }

  /** Whether union and set can decide: NULL, in SQL and in JSON, is the empty array. */
  static boolean isArray(String json) {
    return json == null || json.equals("null") || json.startsWith("[");
  }

  private static String union(String ours, String theirs) {
    Set<String> all = new LinkedHashSet<>(elements(ours));
    all.addAll(elements(theirs));
    return array(all);
  }

  private static String threeWaySet(String base, String ours, String theirs) {
    Set<String> all = new LinkedHashSet<>(elements(ours));
    all.addAll(elements(theirs));
    for (String old : elements(base)) {
      if (!elements(ours).contains(old) || !elements(theirs).contains(old)) {
        all.remove(old);
      }
    }
    return array(all);
  }

  static String array(Iterable<String> elements) {
    return "[" + String.join(",", elements) + "]";
  }

  /** The elements of a JSON array as texts; NULL is the empty array. */
  static List<String> elements(String json) {
    List<String> elements = new ArrayList<>();
    if (json == null || !json.startsWith("[")) {
      return elements;
    }
    int depth = 0;
    int from = 1;
    for (int i = 1; i < json.length(); i++) { // no text in the pools holds one of these
      char c = json.charAt(i);
      if (depth == 0 && (c == ',' || i == json.length() - 1)) {
        elements.add(json.substring(from, i));
        from = i + 1;
      }
      depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
    }
    elements.removeAll(Arrays.asList(""));
    return elements;
  }
}
