package dev.polecat.core.history;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The versions of one row: where it is like at none of the commit's parents. */
final class RowVersions implements Lazily.Finder<RowVersion> {
  private final TableSchema schema;
  private final RowWalk walk;

  RowVersions(TableSchema schema, RowWalk walk) {
    this.schema = schema;
    this.walk = walk;
  }

  @Override
  public @Nullable RowVersion next() throws SQLException {
    while (true) {
      RowWalk.At at = walk.next(commit -> {});
      if (at == null) {
        return null;
      }
      Optional<Row> before = at.before().isEmpty() ? Optional.empty() : at.before().get(0);
      boolean fresh = at.before().stream().noneMatch(row -> same(row, at.here()));
      if (fresh && (before.isPresent() || at.here().isPresent())) {
        return new RowVersion(
            at.commit(),
            new RowChange(
                schema.table(), schema.key(), before.map(Row::values), at.here().map(Row::values)));
      }
    }
  }

  private static boolean same(Optional<Row> one, Optional<Row> other) {
    return one.isPresent() && other.isPresent()
        ? Values.same(one.get().values(), other.get().values())
        : one.isEmpty() && other.isEmpty();
  }

  @Override
  public void close() {
    walk.close();
  }
}
