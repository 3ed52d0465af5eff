package dev.polecat.bench;

import static dev.polecat.bench.contest.Contestant.BARE;
import static dev.polecat.bench.contest.Contestant.COMMAND_LINE;
import static dev.polecat.bench.contest.Contestant.MAIN;
import static dev.polecat.bench.contest.Contestant.MAIN_TUNED;
import static dev.polecat.bench.contest.Contestant.OLD_DONE;
import static dev.polecat.bench.contest.Contestant.POLECATS;

import dev.polecat.bench.contest.Conflicts;
import dev.polecat.bench.contest.Contest;
import dev.polecat.bench.contest.Contestant;
import dev.polecat.bench.contest.Workload;
import dev.polecat.bench.contest.Workload.Span;
import dev.polecat.bench.report.Plot;
import dev.polecat.bench.report.Section;
import dev.polecat.bench.report.Section.Point;
import dev.polecat.bench.report.Size;
import dev.polecat.bench.report.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Everything the report measures. Each contest varies one axis of the workload from {@link
 * Workload#base()}.
 */
public final class Sections {
  private static final List<Contestant> BRANCHES = List.of(POLECATS, BARE);
  private static final List<Contestant> ALL = List.of(POLECATS, MAIN, MAIN_TUNED, BARE, OLD_DONE);

  /** Fewer writers, where the writers are not what is varied. */
  private static final Workload SMALL = Workload.base().withWriters(10, 5);

  private Sections() {}

  /** How far an axis goes at each size. */
  private record Axis(
      String unit, List<Integer> quick, List<Integer> standard, List<Integer> full) {
    List<Integer> at(Size size) {
      return size.choose(quick, standard, full);
    }
  }

  /**
   * All sections.
   *
   * @return the sections, in the order of the report
   */
  public static List<Section> all() {
    List<Section> all = new ArrayList<>(Promises.all());
    Collections.addAll(
        all,
        writers(),
        commits(),
        contention(),
        floor(),
        tableRows(),
        indexes(),
        network(),
        liveBranches(),
        slings(),
        conflicts(),
        commandLine());
    return all;
  }

  private static Section writers() {
    return new Section(
        "writers",
        "Throughput against writers",
        "Writers with 5 commits each on rows of their own, from nothing to all on main and all"
            + " branches gone. Bare branches are the floor: nothing is checked, locked or"
            + " remembered.",
        Plot.perSecond("writers", "commits"),
        contests(
            new Axis(
                "writers",
                List.of(1, 10, 50),
                List.of(1, 10, 50, 200),
                List.of(1, 10, 50, 200, 500)),
            writers -> Workload.base().withWriters(writers, 5),
            ALL,
            writers -> writers == 50 ? againstMain("none", 1.3) : List.of()));
  }

  private static Section commits() {
    return new Section(
        "commits",
        "Throughput against commits per writer",
        "50 writers; what a branch costs to make and to merge is shared by its commits.",
        Plot.perSecond("commits per writer", "commits"),
        contests(
            new Axis("commits each", List.of(1, 20), List.of(1, 5, 20), List.of(1, 5, 20)),
            commits -> Workload.base().withWriters(50, commits),
            ALL,
            commits -> List.of()));
  }

  private static Section contention() {
    return new Section(
        "contention",
        "Retries against contention",
        "50 writers with 5 commits each, of which each also updates one of the hot rows. The"
            + " newest value by the writers' own times has to win, or on main the one committed"
            + " last. Ways that take the branch's side of every conflict lose newer values; where"
            + " they were caught, there is no number.",
        Plot.count("writers per hot row", "retries"),
        size ->
            size.choose(List.of(0, 10, 1), List.of(0, 250, 10, 1), List.of(0, 250, 10, 1)).stream()
                .map(
                    hot ->
                        point(
                            hot == 0 ? "no hot row" : hot + " hot rows",
                            hot == 0 ? 0 : 50.0 / hot,
                            Workload.base().withHotRows(hot),
                            ALL,
                            size,
                            hot == 1
                                ? againstMain("1", 3)
                                : hot == 10 ? againstMain("10", 1.5) : List.of()))
                .toList());
  }

  private static Section floor() {
    return Section.of(
        "floor",
        "Where the time goes",
        "The two halves of 50 writers with 5 commits each, with the processor time each way took."
            + " Dolt makes commits, branches, merges and deletions one after the other, whatever"
            + " branch they are on, as each of them updates the one root of the database: 250 of"
            + " them on main, and 400 with branches. What branches win is that their commits need"
            + " not be merged with what others committed meanwhile, and are never made again.",
        size ->
            List.of(
                point(
                    "from sling to the last commit",
                    0,
                    Workload.base().measuring(Span.WRITES),
                    ALL,
                    size,
                    List.of()),
                point(
                    "from there to all merged and deleted",
                    1,
                    Workload.base().measuring(Span.MERGES),
                    BRANCHES,
                    size,
                    List.of())));
  }

  private static Section tableRows() {
    return new Section(
        "table-rows",
        "Throughput against the size of the table",
        "10 writers with 5 commits each, on keys spread over the whole table.",
        Plot.perSecond("rows in the table", "commits"),
        contests(
            new Axis(
                "rows",
                List.of(1_000, 20_000),
                List.of(1_000, 100_000),
                List.of(1_000, 100_000, 1_000_000)),
            rows -> SMALL.withTable(rows, false),
            ALL,
            rows -> List.of()));
  }

  private static Section indexes() {
    return Section.of(
        "indexes",
        "With secondary indexes",
        "10 writers with 5 commits each on a table of 1,000 rows; two indexes have to be kept and"
            + " merged, too.",
        contests(
            new Axis("secondary indexes", List.of(0, 2), List.of(0, 2), List.of(0, 2)),
            indexes -> SMALL.withTable(1_000, indexes > 0),
            ALL,
            indexes -> List.of()));
  }

  private static Section network() {
    return new Section(
        "network",
        "Throughput against the way to the server",
        "10 writers with 5 commits each; a relay holds everything back, half of the delay in each"
            + " direction.",
        Plot.perSecond("milliseconds more for a round trip", "commits").linear(),
        contests(
            new Axis("ms", List.of(0, 1), List.of(0, 1, 10), List.of(0, 1, 10)),
            millis -> SMALL.withDelay(Duration.ofMillis(millis)),
            ALL,
            millis -> List.of()));
  }

  private static Section liveBranches() {
    return new Section(
        "live-branches",
        "Merge time against live branches",
        "10 finished branches of 5 commits are merged and deleted while there are others that"
            + " nobody works on.",
        Plot.millis("live branches"),
        contests(
            new Axis(
                "live branches",
                List.of(10, 200),
                List.of(10, 500, 2_000),
                List.of(10, 100, 1_000, 5_000)),
            branches -> SMALL.after(branches, 0).measuring(Span.MERGES),
            BRANCHES,
            branches -> List.of()));
  }

  private static Section slings() {
    return new Section(
        "slings",
        "Sling time against slings made",
        "10 writers at once, from sling to the first acknowledged commit, on a server where that"
            + " many polecats were slung and nuked before.",
        Plot.millis("slings made before"),
        contests(
            new Axis(
                "slings before",
                List.of(1, 100),
                List.of(1, 100, 1_000),
                List.of(1, 100, 1_000, 10_000)),
            before -> SMALL.withWriters(10, 1).after(0, before).measuring(Span.WRITES),
            BRANCHES,
            before -> List.of()));
  }

  private static Section conflicts() {
    Axis axis =
        new Axis(
            "rows in conflict",
            List.of(10, 1_000),
            List.of(10, 1_000, 10_000),
            List.of(10, 100, 1_000, 10_000, 100_000));
    return new Section(
        "conflicts",
        "Merge time against conflicts",
        "One merge in which both sides changed every row. Here the branch's side is the newer one"
            + " everywhere, so that the server's own --theirs, which bare branches use, is right by"
            + " luck: it is the least that touching every conflicted row costs.",
        Plot.millis("rows in conflict"),
        size ->
            axis.at(size).stream()
                .map(
                    rows ->
                        Point.of(
                            rows + " " + axis.unit(),
                            rows,
                            () -> Conflicts.measure(rows, size.warmups(), size.repetitions())))
                .toList());
  }

  private static Section commandLine() {
    return Section.of(
        "command-line",
        "The dolt command line",
        "One commit per writer, one process for each step, without a server and one writer after"
            + " the other, as the directory allows no more.",
        contests(
            new Axis("writers", List.of(2), List.of(5), List.of(10)),
            writers -> Workload.base().withWriters(writers, 1),
            List.of(POLECATS, MAIN, BARE, COMMAND_LINE),
            writers -> List.of()));
  }

  private static Function<Size, List<Point>> contests(
      Axis axis,
      IntFunction<Workload> workload,
      List<Contestant> contestants,
      IntFunction<List<Target>> targets) {
    return size ->
        axis.at(size).stream()
            .map(
                x ->
                    point(
                        x + " " + axis.unit(),
                        x,
                        workload.apply(x),
                        contestants,
                        size,
                        targets.apply(x)))
            .toList();
  }

  private static Point point(
      String label,
      double x,
      Workload workload,
      List<Contestant> contestants,
      Size size,
      List<Target> targets) {
    return new Point(
        label,
        x,
        () -> Contest.measure(workload, contestants, size.warmups(), size.repetitions()),
        targets);
  }

  /** 50 writers x 5 commits from sling to gone. */
  private static List<Target> againstMain(String hotRows, double times) {
    String work = "50 writers x 5 commits, hot rows: " + hotRows + ", ";
    return List.of(
        Target.timesAsFast(
            work + "times as fast as everyone on main", POLECATS.label(), MAIN.label(), times),
        Target.timesAsFast(
            work + "times as fast as everyone on main with the fewest round trips",
            POLECATS.label(),
            MAIN_TUNED.label(),
            times),
        Target.countAtMost(work + "writes made again", POLECATS.label(), "retries", 0));
  }
}
