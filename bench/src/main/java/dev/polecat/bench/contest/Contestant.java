package dev.polecat.bench.contest;

import dev.polecat.bench.compare.Way;
import dev.polecat.bench.compare.Work;
import java.io.IOException;

/** The ways a workload can be done on a server. */
public enum Contestant {
  /** The library, all safety on. */
  POLECATS("polecats", true, PolecatsWork::new),
  /** What Gas Town does today. */
  MAIN("everyone on main", true, arena -> new MainWork(arena, false)),
  /** The same, as fast as it can be made. */
  MAIN_TUNED("everyone on main, fewest round trips", true, arena -> new MainWork(arena, true)),
  /** The floor. */
  BARE("bare branches", false, BareBranchesWork::new),
  /** What Gas Town did before. */
  OLD_DONE("old gt done", false, OldDoneWork::new),
  /** By hand, without a server. */
  COMMAND_LINE("dolt command line", true, arena -> new CommandLineWork(arena.workload()));

  private final String label;
  private final boolean keepsPromises;
  private final Maker work;

  Contestant(String label, boolean keepsPromises, Maker work) {
    this.label = label;
    this.keepsPromises = keepsPromises;
    this.work = work;
  }

  /**
   * What it is called in reports.
   *
   * @return the name of its way
   */
  public String label() {
    return label;
  }

  Way in(Arena arena) {
    return new Way(label, () -> work.in(arena), keepsPromises);
  }

  private interface Maker {
    Work in(Arena arena) throws IOException;
  }
}
