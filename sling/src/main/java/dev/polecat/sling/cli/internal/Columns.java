package dev.polecat.sling.cli.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows for people, printed as they come: the columns are as wide as the first rows need, and the
 * rows after them are not kept. Nothing is printed if JSON is wanted.
 */
public final class Columns {
  private static final int MEASURED = 50;

  private final Console console;
  private final List<String> names;
  private final List<List<String>> waiting = new ArrayList<>();
  private int @Nullable [] widths;

  /** Columns of these names. */
  public Columns(Console console, List<String> names) {
    this.console = console;
    this.names = List.copyOf(names);
  }

  /** Prints a row, at the latest at the end. */
  public void add(List<String> row) {
    if (console.json()) {
      return;
    }
    if (widths != null) {
      console.line(Console.inColumns(row, widths));
      return;
    }
    waiting.add(row);
    if (waiting.size() == MEASURED) {
      printWaiting();
    }
  }

  /** Prints what is not printed yet; without rows the names. */
  public void end() {
    if (widths == null) {
      printWaiting();
    }
  }

  private void printWaiting() {
    widths = console.table(names, waiting);
    waiting.clear();
  }
}
