package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.history.Trailers;
import dev.polecat.mergequeue.MergeRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The message of a merge commit: a subject, and trailers a program can read back. */
final class MergeMessage {
  /** The trailer that names what was merged. */
  static final String SEALED = "Sealed-Commit";

  /** The trailer that names what was merged with main elsewhere, and is not on main by that. */
  private static final String REFRESHED = "Refreshed-Commit";

  private MergeMessage() {}

  static String of(BranchName target, MergeRequest request, Map<String, Long> cellsByPolicy) {
    Map<String, String> trailers = new LinkedHashMap<>(request.trailers());
    trailers.put(target.equals(BranchName.MAIN) ? SEALED : REFRESHED, request.sealed().value());
    if (!cellsByPolicy.isEmpty()) {
      trailers.put(
          "Cells-Decided",
          new TreeMap<>(cellsByPolicy)
              .entrySet().stream()
                  .map(entry -> entry.getKey() + "=" + entry.getValue())
                  .collect(Collectors.joining(" ")));
    }
    return Trailers.message(request.subject(), trailers);
  }
}
