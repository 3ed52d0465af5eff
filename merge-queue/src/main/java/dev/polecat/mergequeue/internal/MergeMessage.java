package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.MergeRequest;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The message of a merge commit: a subject, and trailers a program can read back. */
final class MergeMessage {
  /** The trailer that names what was merged. */
  static final String SEALED = "Sealed-Commit";

  private MergeMessage() {}

  static String of(MergeRequest request, Map<String, Long> cellsByPolicy) {
    StringBuilder message = new StringBuilder(request.subject()).append("\n\n");
    request.trailers().forEach((key, value) -> message.append(key + ": " + value + "\n"));
    message.append(SEALED + ": " + request.sealed() + "\n");
    if (!cellsByPolicy.isEmpty()) {
      message.append(
          "Cells-Decided: "
              + new TreeMap<>(cellsByPolicy)
                  .entrySet().stream()
                      .map(entry -> entry.getKey() + "=" + entry.getValue())
                      .collect(Collectors.joining(" "))
              + "\n");
    }
    return message.toString();
  }
}
