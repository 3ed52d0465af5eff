package dev.polecat.mergequeue.spi;

import dev.polecat.mergequeue.Decisions;
import dev.polecat.mergequeue.MergeDiff;
import dev.polecat.mergequeue.MergeRequest;
import java.sql.Connection;

/**
 * A merge that is about to be committed.
 *
 * @param request what is merged
 * @param decisions what the policies decided
 * @param diff what changes on main; its rows are listed up to the queue's limit, all of them can be
 *     read by {@code SELECT * FROM dolt_diff('HEAD', 'STAGED', 'table')}
 * @param connection reads the merged state, and refuses everything that is not a read; used by one
 *     thread at a time, closed when the gate's time is over
 */
public record MergedState(
    MergeRequest request, Decisions decisions, MergeDiff diff, Connection connection) {}
