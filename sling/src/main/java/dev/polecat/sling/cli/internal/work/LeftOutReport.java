package dev.polecat.sling.cli.internal.work;

import dev.polecat.sling.LeftOut;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.OutcomeReport;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A branch that could not be merged now, for people and as JSON. */
final class LeftOutReport {
  private LeftOutReport() {}

  static Map<String, @Nullable Object> json(LeftOut left) {
    return Console.map(
        "branch", left.branch(),
        "polecat", left.polecat(),
        "bead", left.bead(),
        "reason", OutcomeReport.reason(left.reason()),
        "message", left.reason().message());
  }

  static String text(LeftOut left) {
    return left.branch() + " (" + left.bead() + ") would be parked: " + left.reason().message();
  }
}
