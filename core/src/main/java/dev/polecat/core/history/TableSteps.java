package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
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
   */
  record Step(CommitHash to, boolean comparable, Optional<TableDiff> diff) {}

  Step from(@Nullable CommitHash parent, CommitHash commit) throws SQLException {
    if (parent == null) {
      return new Step(commit, false, Optional.empty());
    }
    DiffEnds ends = new DiffEnds(session, parent.value(), commit.value());
    Optional<TableChange> found =
        ends.changedTables().stream()
            .filter(change -> change.to().equalsIgnoreCase(table))
            .findFirst();
    if (found.isEmpty()) {
      return new Step(commit, true, Optional.empty());
    }
    TableChange change = found.get();
    if (change.keyChanged() || !change.from().equalsIgnoreCase(table)) {
      return new Step(commit, false, Optional.empty());
    }
    TableSchema now = schema(change.to(), commit);
    TableSchema old = now;
    if (change.schemaChanged()) {
      old = TableSchema.read(session.connection(), change.from(), parent.value());
    }
    schemaOf = parent; // the next to be asked for, most often
    schema = old;
    return new Step(
        commit,
        true,
        Optional.of(
            TableDiff.of(
                parent.value(), commit.value(), change, Optional.of(old), Optional.of(now))));
  }

  private TableSchema schema(String name, CommitHash commit) throws SQLException {
    return schema != null && commit.equals(schemaOf)
        ? schema
        : TableSchema.read(session.connection(), name, commit.value());
  }

  /** The changed rows of a step; all rows, as added, if there is nothing to compare with. */
  Stream<RowChange> changes(Step step) throws SQLException {
    if (step.diff().isPresent()) {
      TableDiff diff = step.diff().get();
      return session.part(List.of(diff.query()), (result, row) -> diff.read(row));
    }
    if (step.comparable()) {
      return Stream.empty();
    }
    TableAt all = TableAt.find(session, step.to().value(), table, step.to().value());
    return session.part(
        List.of(all.query()),
        (result, row) ->
            new RowChange(
                table, all.schema().key(), Optional.empty(), Optional.of(all.read(row).values())));
  }

  @Override
  public void close() {
    session.abort();
  }
}
