package dev.polecat.core;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * No usable {@code dolt} program was found or obtained. What went wrong in each attempt is attached
 * as a suppressed exception where there was one.
 *
 * @serial exclude
 */
public final class DoltBinaryException extends DoltException {
  private static final long serialVersionUID = 1L;

  private final Attempt[] attempts;

  /**
   * One place that was asked in vain.
   *
   * @param source the kind of place
   * @param tried what exactly was tried: a path, an address or a command
   * @param failure why it gave no binary
   * @serial exclude
   */
  public record Attempt(DoltBinary.Source source, String tried, String failure)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * Checks that nothing is missing.
     *
     * @param source the kind of place
     * @param tried what exactly was tried
     * @param failure why it gave no binary
     */
    public Attempt {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(tried, "tried");
      Objects.requireNonNull(failure, "failure");
    }

    /**
     * The attempt as one entry of the message.
     *
     * @return source, what was tried, and why it failed
     */
    @Override
    public String toString() {
      return source + " " + tried + ": " + failure;
    }
  }

  /**
   * Creates the exception.
   *
   * @param attempts every place that was asked, in order
   * @param cause the failure that ended the search early, or null if all places were asked
   */
  public DoltBinaryException(List<Attempt> attempts, @Nullable Throwable cause) {
    super(message(attempts), cause);
    this.attempts = attempts.toArray(Attempt[]::new);
  }

  /**
   * Every place that was asked, in order.
   *
   * @return an unmodifiable list
   */
  public List<Attempt> attempts() {
    return List.of(attempts);
  }

  private static String message(List<Attempt> attempts) {
    String each =
        attempts.stream().map(attempt -> "\n  " + attempt).collect(Collectors.joining(""));
    boolean given =
        attempts.stream().anyMatch(attempt -> attempt.source() == DoltBinary.Source.GIVEN);
    if (given) {
      return "The dolt that was given cannot be used:"
          + each
          + "\nGive the path of a dolt >= "
          + DoltBinary.MINIMUM_VERSION
          + " in code or in POLECAT_DOLT, or give none to have one looked for.";
    }
    return "No usable dolt was found. Tried:"
        + each
        + "\nOne of these helps: put a dolt >= "
        + DoltBinary.MINIMUM_VERSION
        + " on PATH; give network access to the release download; or install Go >= 1.26.2 with a C"
        + " compiler, for a build.";
  }
}
