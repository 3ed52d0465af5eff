package dev.polecat.bench;

import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.report.Section;
import dev.polecat.bench.report.Section.Point;
import dev.polecat.bench.report.Size;
import dev.polecat.bench.report.Target;
import dev.polecat.bench.size.LargeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the library promises about its own cost, each part of it against the least it can cost. */
final class Promises {
  private Promises() {}

  static List<Section> all() {
    return List.of(drain(), sling(), write(), largeTables(), inFlight(), smallHeap());
  }

  private static Section drain() {
    return Section.of(
        "drain",
        "Draining finished branches",
        "Branches of 5 commits that wait in the ledger are merged and deleted. The bare loop merges"
            + " and deletes on one connection and looks at nothing; the queue holds the lock, asks"
            + " for the sealed commit, verifies the merge, deletes only what is safe to delete, and"
            + " keeps the ledger.",
        size ->
            List.of(drain(50, 0, size), drain(200, 0, size), drain(50, 20, size)).stream()
                .limit(size.choose(1, 3, 3))
                .toList());
  }

  private static Point drain(int branches, int overlap, Size size) {
    String label = branches + " branches" + (overlap == 0 ? "" : ", " + overlap + " % in conflict");
    return overlap > 0
        ? Point.of(label, branches, () -> drained(branches, overlap, size))
        : Point.of(
            label,
            branches,
            () -> drained(branches, overlap, size),
            Target.atMost("draining " + label, DrainComparison.LEFT, DrainComparison.BARE, 1.3),
            Target.atMost(
                "draining " + label + ", each outcome awaited",
                DrainComparison.AWAITED,
                DrainComparison.BARE,
                1.3));
  }

  private static Measured drained(int branches, int overlap, Size size) throws Exception {
    int warmups = size.choose(1, 3, 3); // a drain is short, and all of its code is the library's
    return DrainComparison.measure(branches, overlap, warmups, size.repetitions());
  }

  private static Section sling() {
    return Section.of(
        "sling",
        "Sling to first committed write",
        "Bare is DOLT_BRANCH, a connection with the same properties, one row and one DOLT_COMMIT."
            + " Ten slings one after the other with more and more live branches, and on a server"
            + " where many were made before; and fifty threads at once.",
        size -> {
          List<Integer> live =
              size.choose(List.of(10), List.of(10, 2_000), List.of(10, 500, 2_000));
          int ever = size.choose(100, 2_000, 10_000);
          List<Target> targets = new ArrayList<>();
          String first = SlingComparison.LIBRARY + ", 10 live";
          targets.add(Target.atMost("a sling", first, SlingComparison.BARE + ", 10 live", 1.5));
          live.stream()
              .skip(1)
              .forEach(
                  branches ->
                      targets.add(
                          flat(first, SlingComparison.LIBRARY + ", " + branches + " live")));
          targets.add(flat(first, SlingComparison.LIBRARY + ", " + ever + " ever"));
          return List.of(
              new Point(
                  "alone", 1, () -> SlingComparison.alone(live, ever, size.repetitions()), targets),
              Point.of("50 at once", 50, () -> SlingComparison.atOnce(50, size.repetitions())));
        });
  }

  private static Target flat(String first, String then) {
    return Target.atMost("a sling, " + then + " against " + first, then, first, 1.5);
  }

  private static Section write() {
    return Section.of(
        "write",
        "A write through a handle",
        "One row and one Dolt commit, by JMH: through a polecat's data source, and on an open"
            + " connection of bare JDBC to the same branch.",
        size ->
            List.of(
                Point.of(
                    "one row",
                    1,
                    () -> JmhRuns.of(CommittedWriteBenchmark.class, 2, size.choose(3, 5, 9)),
                    Target.atMost("a write through a handle", "throughHandle", "bareJdbc", 1.1))));
  }

  private static Section largeTables() {
    return Section.of(
        "large-tables",
        "Merging into large tables",
        "A branch of 5 commits is merged into a table of 10 thousand and one of a million rows.",
        size ->
            size
                .choose(
                    List.of(LargeTable.Shape.PLAIN),
                    List.of(LargeTable.Shape.values()),
                    List.of(LargeTable.Shape.values()))
                .stream()
                .map(
                    shape ->
                        Point.of(
                            shape.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            LargeTableComparison.LARGE,
                            () -> LargeTableComparison.measure(shape, size.repetitions()),
                            Target.atMost(
                                "merging into 1 M rows against 10 k, " + shape,
                                LargeTableComparison.way("queue", LargeTableComparison.LARGE),
                                LargeTableComparison.way("queue", LargeTableComparison.SMALL),
                                2)))
                .toList());
  }

  private static Section inFlight() {
    return Section.of(
        "in-flight",
        "Seeing work in flight",
        "rig.inFlight over 50 branches with 5 changed rows each, in tables of different sizes.",
        size ->
            List.of(
                Point.of(
                    "50 branches",
                    50,
                    () -> InFlightComparison.measure(2, size.repetitions()),
                    Target.atMost("inFlight with 1 M rows against 10 k", "1000000", "10000", 2))));
  }

  private static Section smallHeap() {
    return Section.of(
        "small-heap",
        "Many polecats in a small heap",
        "500 polecats are slung, write 5 commits each and are done, all at once, in one JVM with"
            + " -Xmx128m; nothing may be missing.",
        size -> List.of(Point.of("500 polecats", 500, () -> ManyPolecatsInSmallHeap.measure(1))));
  }
}
