package dev.polecat.bench.report;

/** How much is measured. */
public enum Size {
  /** About five minutes in all: says that everything runs, and little about how fast. */
  QUICK(1, 3),
  /** About a quarter of an hour. */
  STANDARD(1, 5),
  /** All points of all axes. */
  FULL(1, 9);

  private final int warmups;
  private final int repetitions;

  Size(int warmups, int repetitions) {
    this.warmups = warmups;
    this.repetitions = repetitions;
  }

  /**
   * Repetitions that are not counted.
   *
   * @return 0 or more
   */
  public int warmups() {
    return warmups;
  }

  /**
   * Repetitions that are counted.
   *
   * @return 1 or more
   */
  public int repetitions() {
    return repetitions;
  }

  /**
   * What a section measures at this size.
   *
   * @param quick at the smallest
   * @param standard at the middle one
   * @param full at the largest
   * @param <T> what it is
   * @return one of the three
   */
  public <T> T choose(T quick, T standard, T full) {
    return switch (this) {
      case QUICK -> quick;
      case STANDARD -> standard;
      case FULL -> full;
    };
  }
}
