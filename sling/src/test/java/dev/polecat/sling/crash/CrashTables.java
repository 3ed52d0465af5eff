package dev.polecat.sling.crash;

import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Policy;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The tables the job writes. Every write adds a row to {@code writes} and, in the same transaction,
 * itself to a row of {@code hot}; so what {@code hot} must hold follows from the rows in {@code
 * writes}.
 */
final class CrashTables {
  static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE writes (
            id VARCHAR(64) PRIMARY KEY, branch VARCHAR(200), hot_id VARCHAR(32), amount BIGINT,
            written_at DATETIME(6))
          """,
          """
          CREATE TABLE hot (
            id VARCHAR(32) PRIMARY KEY, total BIGINT, ids JSON, top BIGINT, latest VARCHAR(64),
            updated_at DATETIME(6))
          """);

  static final ConflictPolicies POLICIES =
      ConflictPolicies.builder()
          .table(
              "hot",
              table ->
                  table
                      .column("total", Policy.sum())
                      .column("ids", Policy.union())
                      .column("top", Policy.max())
                      .column("latest", Policy.newest("updated_at"))
                      .column("updated_at", Policy.max()))
          .build();

  private CrashTables() {}

  static String addShared(String prefix) {
    StringBuilder sql = new StringBuilder("INSERT INTO hot VALUES ");
    for (int i = 0; i < Job.SHARED_ROWS; i++) {
      sql.append(i == 0 ? "" : ", ")
          .append("('%s%d', 0, '[]', 0, '', '2000-01-01 00:00:00')".formatted(prefix, i));
    }
    return sql.toString();
  }

  static void write(Handle handle, Evidence.Write write) {
    handle.execute(
        "INSERT INTO writes VALUES (?, ?, ?, ?, ?)",
        write.id(),
        write.branch(),
        write.shared(),
        write.value(),
        write.at());
    handle.execute(
        "UPDATE hot SET total = total + 1, ids = JSON_ARRAY_APPEND(ids, '$', ?),"
            + " top = GREATEST(top, ?), latest = ?, updated_at = ? WHERE id = ?",
        write.id(),
        write.value(),
        write.id(),
        write.at(),
        write.shared());
  }
}
