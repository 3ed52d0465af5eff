package dev.polecat.bench.report;

import dev.polecat.bench.compare.Measured;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was measured.
 *
 * @param started when measuring began
 * @param size how much was measured
 * @param machine on what
 * @param sections what was measured
 */
record Report(Instant started, Size size, Map<String, String> machine, List<Part> sections) {
  /** A section, and what became of its points. */
  record Part(Section section, List<Result> results) {}

  /**
   * A point, and what became of it.
   *
   * @param measured the figures; null if a run failed
   * @param failure why it failed; null if it did not
   */
  record Result(Section.Point point, @Nullable Measured measured, @Nullable String failure) {
    List<Verdict> verdicts() {
      return point.targets().stream().map(target -> verdict(target, measured)).toList();
    }
  }

  /**
   * A target, and how it was met.
   *
   * @param value the figure; NaN if there is none
   * @param why there is no figure; null if there is one
   */
  record Verdict(Target target, double value, @Nullable String why) {
    boolean reached() {
      return target.reachedBy(value); // no figure is on no side of a limit
    }
  }

  /** What makes the report a failure: failed runs, and writes lost where none may be. */
  List<String> faults() {
    return sections.stream()
        .flatMap(part -> part.results().stream().flatMap(result -> faults(part, result)))
        .toList();
  }

  private static Stream<String> faults(Part part, Result result) {
    String where = part.section().name() + ", " + result.point().label() + ": ";
    Measured measured = result.measured();
    return measured == null
        ? Stream.of(where + result.failure())
        : measured.faults().stream()
            .map(way -> where + way + " lost writes: " + measured.lost(way).orElseThrow());
  }

  private static Verdict verdict(Target target, @Nullable Measured measured) {
    if (measured == null) {
      return new Verdict(target, Double.NaN, "the run failed");
    }
    try {
      return new Verdict(target, target.figure().applyAsDouble(measured), null);
    } catch (IllegalStateException e) {
      return new Verdict(target, Double.NaN, e.getMessage());
    }
  }
}
