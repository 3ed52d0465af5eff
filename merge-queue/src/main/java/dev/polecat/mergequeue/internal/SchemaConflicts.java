package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.SchemaDifference;
import dev.polecat.mergequeue.internal.resolve.OpenMerge;
import dev.polecat.mergequeue.internal.resolve.SchemaChanges;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Schemas that exclude each other: as Dolt lists them, or as it refuses to merge them. */
final class SchemaConflicts {
  private static final Pattern TABLE =
      Pattern.compile(
          "because table (?<key>.+?) has different|same name '(?<name>.+?)' added in"
              + "|unable to merge table '(?<collation>.+?)'",
          Pattern.CASE_INSENSITIVE);

  private SchemaConflicts() {}

  /** What Dolt lists for the merge that is open. */
  static List<SchemaDifference> reported(Connection connection) throws SQLException {
    return Sql.list(
        connection,
        "SELECT table_name, base_schema, our_schema, their_schema, description"
            + " FROM dolt_schema_conflicts",
        row ->
            new SchemaDifference(
                row.getString(1),
                schema(row.getString(2)),
                schema(row.getString(3)),
                schema(row.getString(4)),
                describe(row.getString(5))));
  }

  /** The table that a refusal of DOLT_MERGE names. */
  static List<SchemaDifference> inMessage(OpenMerge merge, String message) throws SQLException {
    Matcher table = TABLE.matcher(message);
    if (!table.find()) {
      return List.of();
    }
    String name =
        Stream.of("key", "name", "collation")
            .map(table::group)
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow();
    return List.of(SchemaChanges.difference(merge, name, message));
  }

  private static String describe(String description) {
    return description == null || description.isBlank()
        ? "Dolt does not say which of the differences"
        : description;
  }

  private static Optional<String> schema(String text) {
    return Optional.ofNullable(text)
        .filter(schema -> !schema.isBlank() && !schema.equals("<deleted>"));
  }
}
