package dev.polecat.bench.contest;

/**
 * What one commit writes.
 *
 * @param id the key of the row it inserts
 * @param hotId the key of the row it updates; empty if there are no hot rows
 * @param token a value no other commit writes
 * @param updatedAt when the writer made it, in UTC with microseconds; later than any made before
 * @param started {@link System#nanoTime} before it was sent
 * @param acknowledged {@link System#nanoTime} after its commit was acknowledged
 */
record Write(
    String id, String hotId, String token, String updatedAt, long started, long acknowledged) {
  Write acknowledgedNow() {
    return new Write(id, hotId, token, updatedAt, started, System.nanoTime());
  }

  boolean isHot() {
    return !hotId.isEmpty();
  }
}
