package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What single commits did to a table, read on one session one after the other. A table that has
 * another name or another primary key at the parent is as good as new. Used by one thread.
 */
final class TableSteps implements AutoCloseable {
  private final ReadSession session;
  private final String table;
  private @Nullable CommitHash schemaOf;
  private @Nullable TableSchema schema;

  TableSteps(ReadSession session, String table) {
    this.session = session;
    this.table = table;
  }

  /**
   * What changed from a parent to a commit.
   *
   * @param to the commit
   * @param comparable whether the parent has the table, with the same primary key
   * @param diff how the changed rows are read; empty if there are none
   * @param fresh the table with the columns whose names are new; empty if there are none. Where
   *     they have a value the row is changed, which the diff does not show if a column was renamed
   */
  record Step(CommitHash to, boolean comparable, Optional<TableDiff> diff, Optional<Fresh> fresh) {
    private static Step without(CommitHash to, boolean comparable) {
      return new Step(to, comparable, Optional.empty(), Optional.empty());
    }
  }

  /** A table and SQL that holds for rows with a value in a column that has a new name. */
  private record Fresh(TableAt table, String condition) {
    static Optional<Fresh> of(CommitHash commit, TableSchema old, TableSchema now) {
      List<String> before = old.columns().stream().map(TableSchema.Column::name).toList();
      String condition =
          now.columns().stream()
              .map(TableSchema.Column::name)
              .filter(name -> !before.contains(name))
              .map(name -> Quoting.identifier(name) + " IS NOT NULL")
              .collect(Collectors.joining(" OR "));
      return condition.isEmpty()
          ? Optional.empty()
          : Optional.of(new Fresh(new TableAt(now, commit.value()), condition));
    }
  }

  Step from(@Nullable CommitHash parent, CommitHash commit) throws SQLException {
    if (parent == null) {
      return Step.without(commit, false);
    }
    DiffEnds ends = new DiffEnds(session, parent.value(), commit.value());
    Optional<TableChange> found =
        ends.changedTables().stream().filter(change -> change.to().equals(table)).findFirst();
    if (found.isEmpty()) {
      return Step.without(commit, true);
    }
    TableChange change = found.get();
    if (change.keyChanged() || !change.from().equals(table)) {
      return Step.without(commit, false);
    }
    TableSchema now = schema(commit);
    TableSchema old = now;
    if (change.schemaChanged()) {
      old = read(parent);
    }
    schemaOf = parent; // the next to be asked for, most often
    schema = old;
    return new Step(
        commit,
        true,
        Optional.of(
            TableDiff.of(
                parent.value(), commit.value(), change, Optional.of(old), Optional.of(now))),
        Fresh.of(commit, old, now));
  }

  private TableSchema schema(CommitHash commit) throws SQLException {
    return schema != null && commit.equals(schemaOf) ? schema : read(commit);
  }

  private TableSchema read(CommitHash commit) throws SQLException {
    TableSchema read = TableSchema.read(session.connection(), table, commit.value()).stored();
    requireShown(read);
    return read;
  }

  /**
   * Refuses a table with changes that would not be seen.
   *
   * @throws RowKeyException if there is a column that Dolt's diff hides
   */
  static void requireShown(TableSchema schema) {
    for (TableSchema.Column column : schema.columns()) {
      if (!TableDiff.isShown(column)) {
        throw new RowKeyException(
            "Dolt's diff does not show the column %s of table %s. Ask for its rows one by one."
                .formatted(column.name(), schema.table()));
      }
    }
  }

  /**
   * The changed rows of a step, some perhaps twice; all rows, as added, if there is nothing to
   * compare with.
   */
  Stream<RowChange> changes(Step step) throws SQLException {
    if (!step.comparable()) {
      TableAt all = new TableAt(read(step.to()), step.to().value());
      return session.part(List.of(all.query()), (result, row) -> added(all, row));
    }
    if (step.diff().isEmpty()) {
      return Stream.empty();
    }
    TableDiff diff = step.diff().get();
    if (step.fresh().isEmpty()) {
      return session.part(List.of(diff.query()), (result, row) -> diff.read(row));
    }
    Fresh fresh = step.fresh().get();
    return session.part(
        List.of(diff.query(), fresh.table.query() + " WHERE " + fresh.condition),
        (result, row) -> result == 0 ? diff.read(row) : added(fresh.table, row));
  }

  private static RowChange added(TableAt table, ResultSet row) throws SQLException {
    return new RowChange(
        table.schema().table(),
        table.schema().key(),
        Optional.empty(),
        Optional.of(table.read(row).values()));
  }

  @Override
  public void close() {
    session.abort();
  }
}
