package dev.polecat.sling.cli.internal;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prints the rows of a table as they come: in columns, or as JSON one a line. */
public final class RowPrinter {
  private final Console console;
  private @Nullable Columns columns;

  private RowPrinter(Console console) {
    this.console = console;
  }

  /**
   * Prints rows.
   *
   * @param rows the rows, by column; closed at the end
   * @param json what of a row is printed as JSON
   * @return how many there were
   */
  public static long print(
      Console console,
      Stream<? extends Map<String, @Nullable Object>> rows,
      Function<Map<String, @Nullable Object>, Map<String, @Nullable Object>> json) {
    RowPrinter printer = new RowPrinter(console);
    long printed =
        console.each(
            rows,
            row -> {
              console.document(json.apply(row));
              printer.add(row);
            });
    if (printer.columns != null) {
      printer.columns.end();
    } else {
      console.line("There are no rows.");
    }
    return printed;
  }

  private void add(Map<String, @Nullable Object> row) {
    List<String> names = List.copyOf(row.keySet());
    if (columns == null) {
      columns = new Columns(console, names);
    }
    columns.add(RowText.cells(names, row));
  }
}
