package dev.polecat.sling.crash;

/**
 * One damage, and when it is done.
 *
 * @param damage what is done
 * @param step the step at which the victim is stopped meanwhile, or {@link #ANY_TIME}
 * @param nth at the how-manieth time that the victim comes to the step; for any time, after the
 *     how-manieth acknowledged write of the round
 */
record Strike(Damage damage, String step, int nth) {
  static final String ANY_TIME = "any-time";

  boolean atStep() {
    return !step.equals(ANY_TIME);
  }

  /** Reads what {@link #toString} writes. */
  static Strike of(String text) {
    String[] parts = text.split("[@#]");
    return new Strike(Damage.valueOf(parts[0]), parts[1], Integer.parseInt(parts[2]));
  }

  @Override
  public String toString() {
    return damage + "@" + step + "#" + nth;
  }
}
