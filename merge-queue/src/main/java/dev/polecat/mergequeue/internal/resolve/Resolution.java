package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.CellDecision;
import dev.polecat.mergequeue.Decisions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was decided in one merge, gathered table by table. */
public final class Resolution {
  private final int maxListed;
  private final Map<String, Long> cells = new TreeMap<>();
  private final List<CellDecision> listed = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long rows;

  public Resolution(int maxListed) {
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
      listed.add(decision);
    }
  }

  void note(String text) {
    notes.add(text);
  }

  /** How many more cells are listed. */
  int room() {
    return maxListed - listed.size();
  }

  /** How many cells, rows or keys a list holds at most. */
  public int maxListed() {
    return maxListed;
  }

  public Decisions decisions() {
    return new Decisions(rows, cells, listed, notes);
  }
}
