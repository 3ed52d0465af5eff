package dev.polecat.mergequeue.internal;

import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is seen right after a merge: that main has it and, in the same round trip, how things stand
 * for the next.
 *
 * @param onTop whether the merge commit follows directly on the head of main that was looked at
 *     before
 * @param next how things stand for the next request, if nobody else wrote to main meanwhile and the
 *     request changes no schema
 */
record Aftermath(boolean onTop, Optional<Survey> next) {
  private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

  /**
   * Looks at main after a merge.
   *
   * @param commit the merge commit, as the server reported it
   * @param before main's head before the merge
   * @param following whose turn is next; changes no schema
   * @throws SQLException if main lacks the sealed commit, or the server fails
   */
  static Aftermath of(
      Connection connection,
      MergeRequest request,
      CommitHash commit,
      CommitHash before,
      Optional<MergeRequest> following)
      throws SQLException {
    Optional<Aftermath> seen =
        following.isPresent()
            ? look(connection, request, commit, before, following.get())
            : Optional.empty();
    return seen.isPresent()
        ? seen.get()
        : new Aftermath(requireOnMain(connection, request, commit, before), Optional.empty());
  }

  private static Optional<Aftermath> look(
      Connection connection,
      MergeRequest request,
      CommitHash commit,
      CommitHash before,
      MergeRequest following) {
    record Seen(boolean contained, boolean onTop, boolean clean, Survey next) {}
    try {
      Seen seen =
          Sql.one(
              connection,
              // subqueries would cost as much as all of this
              ("VALUES ROW(HAS_ANCESTOR('main', '%s'), HASHOF('%s~'),"
                      + " DOLT_HASHOF_DB('HEAD') = DOLT_HASHOF_DB('WORKING')"
                      + " AND DOLT_HASHOF_DB('HEAD') = DOLT_HASHOF_DB('STAGED'),"
                      + " HASHOF('main'), HAS_ANCESTOR('main', '%s'), HASHOF(?))")
                  .formatted(request.sealed(), commit, following.sealed()),
              row ->
                  new Seen(
                      row.getBoolean(1),
                      before.value().equals(row.getString(2)),
                      row.getBoolean(3),
                      new Survey(
                          CommitHash.of(row.getString(4)),
                          row.getBoolean(5),
                          Optional.of(CommitHash.of(row.getString(6))),
                          List.of(),
                          false)),
              following.branch().value());
      if (!seen.contained()) {
        return Optional.empty();
      }
      boolean known = seen.onTop() && seen.clean() && seen.next().main().equals(commit);
      return Optional.of(
          new Aftermath(seen.onTop(), known ? Optional.of(seen.next()) : Optional.empty()));
    } catch (SQLException e) { // what is wrong with the next one must not become this one's outcome
      LOG.debug("Looking at branch {} ahead of its turn failed", following.branch(), e);
      return Optional.empty();
    }
  }

  private static boolean requireOnMain(
      Connection connection, MergeRequest request, CommitHash commit, CommitHash before)
      throws SQLException {
    record Found(boolean contained, boolean onTop) {}
    Found found =
        Sql.one(
            connection,
            "VALUES ROW(DOLT_MERGE_BASE('main', ?) = '%s', HASHOF(?))".formatted(request.sealed()),
            row -> new Found(row.getBoolean(1), row.getString(2).equals(before.value())),
            request.sealed().value(),
            commit + "~");
    if (!found.contained()) {
      throw new SQLException(
          "The server reported the merge of " + request.sealed() + " as done, but main lacks it.");
    }
    return found.onTop();
  }
}
