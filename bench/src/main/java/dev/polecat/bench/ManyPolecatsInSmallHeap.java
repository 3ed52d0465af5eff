package dev.polecat.bench;

import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Way;
import dev.polecat.bench.size.SmallHeapJvm;
import dev.polecat.bench.size.SmallHeapMain;
import java.util.List;
import java.util.Map;

/**
 * Five hundred polecats, all open at once, in one JVM of 128 MB: each makes five commits, all are
 * done and merged, and every row must be on main.
 */
public final class ManyPolecatsInSmallHeap {
  private static final String WAY = SmallHeapMain.POLECATS + " polecats in 128 MB";

  private ManyPolecatsInSmallHeap() {}

  /**
   * Prints what was counted.
   *
   * @param args none
   * @throws Exception if it does not fit, or lost a write
   */
  public static void main(String[] args) throws Exception {
    Measured measured = measure(1);
    measured.ratio(WAY, WAY); // throws if a write was lost
    System.out.printf("%s: %.1f s%n", WAY, measured.millis(WAY) / 1000);
    for (Map.Entry<String, Long> count : measured.runs().get(WAY).get(0).counts().entrySet()) {
      System.out.println("  " + count.getKey() + ": " + count.getValue());
    }
  }

  /**
   * Runs the child JVM.
   *
   * @param repetitions how many times
   * @return one way, with the counts of heap, threads and connections
   * @throws Exception if it does not fit
   */
  public static Measured measure(int repetitions) throws Exception {
    return new Comparison("small heap", List.of(new Way(WAY, SmallHeapJvm::new)))
        .run(0, repetitions);
  }
}
