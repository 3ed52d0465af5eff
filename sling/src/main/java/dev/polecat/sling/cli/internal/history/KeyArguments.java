package dev.polecat.sling.cli.internal.history;

import dev.polecat.core.history.Revision;
import dev.polecat.core.history.TableSchema;
import dev.polecat.core.history.Tables;
import dev.polecat.sling.Rig;
import dev.polecat.sling.cli.internal.NotFoundException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The key of a row as it is written on the command line. */
final class KeyArguments {
  /** What the help says about it. */
  static final String HELP =
      "The row's primary key: column=value for each of its columns, or the bare value if it has one"
          + " column only. Bytes in hexadecimal digits.";

  private KeyArguments() {}

  /**
   * Reads a key; what is no column's name before the first {@code =} is a bare value.
   *
   * @return values by column; whether they are the key of the table shows when they are used
   */
  static Map<String, String> parse(Rig rig, Revision at, String table, List<String> given) {
    TableSchema schema = Tables.of(rig.database()).schema(at, table);
    Map<String, String> key = new LinkedHashMap<>();
    for (String argument : given) {
      int equals = argument.indexOf('=');
      Optional<String> column =
          equals < 0 ? Optional.empty() : column(schema.key(), argument.substring(0, equals));
      if (column.isPresent()) {
        key.put(column.get(), argument.substring(equals + 1));
      } else {
        key.put(schema.key().size() == 1 ? schema.key().get(0) : argument, argument);
      }
    }
    return key;
  }

  /** Says that a table has no row of a key. */
  static NotFoundException noRow(String table, Map<String, String> key, Revision at) {
    return new NotFoundException("Table " + table + " has no row " + key + " at " + at + ".");
  }

  private static Optional<String> column(List<String> columns, String name) {
    return columns.stream().filter(name::equalsIgnoreCase).findFirst();
  }
}
