package dev.polecat.bench.compare;

/** An acknowledged write is not there. */
public final class LostWriteException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is missing.
   *
   * @param message what is missing, and how much of it
   */
  public LostWriteException(String message) {
    super(message);
  }
}
