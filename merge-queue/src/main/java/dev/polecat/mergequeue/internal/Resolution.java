package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.CellDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the resolver did in one merge, gathered table by table. */
final class Resolution {
  private final int maxListed;
  private final Map<String, Long> cells = new TreeMap<>();
  private final List<CellDecision> decisions = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long rows;

  Resolution(int maxListed) {
    this.maxListed = maxListed;
  }

  void addRows(long count) {
    rows += count;
  }

  void addCells(String policy, long count) {
    if (count > 0) {
      cells.merge(policy, count, Long::sum);
    }
  }

  void add(CellDecision decision) {
    if (room() > 0) {
      decisions.add(decision);
    }
  }

  void note(String text) {
    notes.add(text);
  }

  /** How many more cells are listed. */
  int room() {
    return maxListed - decisions.size();
  }

  long rows() {
    return rows;
  }

  Map<String, Long> cells() {
    return cells;
  }

  List<CellDecision> decisions() {
    return decisions;
  }

  List<String> notes() {
    return notes;
  }
}
