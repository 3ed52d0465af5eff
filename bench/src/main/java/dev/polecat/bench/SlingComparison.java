package dev.polecat.bench;

import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Way;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * From the sling to the first committed write: through the library with its ledger on, and bare
 * ({@code DOLT_BRANCH}, a new connection, one insert, one {@code DOLT_COMMIT}); on rigs with few
 * and with many live branches, on one that has seen many slings, and by fifty threads at once. All
 * ways take turns, so that each figure is a ratio within one run.
 */
public final class SlingComparison {
  /** The way without the library. */
  public static final String BARE = "bare";

  /** The way with it. */
  public static final String LIBRARY = "library";

  private static final int IN_A_ROW = 10;
  private static final int WARMUPS = 15;

  private SlingComparison() {}

  /**
   * One sling after the other. The ways' names are those of {@link #BARE} and {@link #LIBRARY} with
   * the number of live branches, such as {@code library, 500 live}, or of slings ever made, such as
   * {@code library, 10000 ever}.
   *
   * @param live the numbers of live branches
   * @param ever the number of slings made before
   * @param repetitions how often each way is run, each time for ten slings
   * @return what was measured
   * @throws Exception if a run failed
   */
  public static Measured alone(List<Integer> live, int ever, int repetitions) throws Exception {
    Map<String, SlingPlace> places = new LinkedHashMap<>();
    try {
      for (int branches : live) {
        places.put(branches + " live", SlingPlace.withLive(branches));
      }
      places.put(ever + " ever", SlingPlace.afterSlings(ever));
      return new Comparison("sling to first committed write", ways(places, 1, IN_A_ROW))
          .run(WARMUPS, repetitions);
    } finally {
      close(places);
    }
  }

  /**
   * Many slings at once, one by each thread.
   *
   * @param threads how many
   * @param repetitions how often each way is run
   * @return what was measured; the ways' names are those of {@link #BARE} and {@link #LIBRARY} with
   *     the number of threads, such as {@code library, 50 at once}
   * @throws Exception if a run failed
   */
  public static Measured atOnce(int threads, int repetitions) throws Exception {
    Map<String, SlingPlace> places = new LinkedHashMap<>();
    try {
      places.put(threads + " at once", SlingPlace.withLive(0));
      return new Comparison("slings at once to first committed write", ways(places, threads, 1))
          .run(WARMUPS, repetitions);
    } finally {
      close(places);
    }
  }

  /**
   * Prints the medians and the ratios.
   *
   * @param args how many slings were made before, and how often each way is run; 2000 and 20 unless
   *     they are given
   * @throws Exception if a run failed
   */
  public static void main(String[] args) throws Exception {
    int ever = args.length > 0 ? Integer.parseInt(args[0]) : 2_000;
    int repetitions = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    print(alone(List.of(10, 500, 2_000), ever, repetitions));
    print(atOnce(50, repetitions));
  }

  private static void print(Measured measured) {
    System.out.println(measured.name());
    List<String> ways = List.copyOf(measured.runs().keySet());
    String first = ways.stream().filter(way -> way.startsWith(LIBRARY)).findFirst().orElseThrow();
    for (String way : ways) {
      int slings =
          Math.toIntExact(measured.runs().get(way).get(0).counts().getOrDefault("slings", 1L));
      String line = "  %-20s %8.2f ms each".formatted(way, measured.millis(way) / slings);
      if (way.startsWith(LIBRARY)) {
        line +=
            "  %.2f x bare, %.2f x %s"
                .formatted(
                    measured.ratio(way, BARE + way.substring(LIBRARY.length())),
                    measured.ratio(way, first),
                    first);
      }
      System.out.println(line);
    }
  }

  private static List<Way> ways(Map<String, SlingPlace> places, int threads, int each) {
    return places.entrySet().stream()
        .flatMap(
            named -> {
              SlingPlace place = named.getValue();
              return Stream.of(
                  new Way(
                      BARE + ", " + named.getKey(),
                      () -> new SlingWork(place, SlingWork.bare(place, threads), each)),
                  new Way(
                      LIBRARY + ", " + named.getKey(),
                      () -> new SlingWork(place, SlingWork.library(place, threads), each)));
            })
        .toList();
  }

  private static void close(Map<String, SlingPlace> places) throws Exception {
    List<SlingPlace> open = new ArrayList<>(places.values());
    Collections.reverse(open);
    for (SlingPlace place : open) {
      place.close();
    }
  }
}
