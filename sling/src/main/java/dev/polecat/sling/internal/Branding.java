package dev.polecat.sling.internal;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.sling.PolecatName;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The names a town gives to branches and authors. */
public final class Branding {
  /** What every polecat's branch starts with (seed 001). */
  public static final String PREFIX = "polecat-";

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS").withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int TAILS = 36 * 36 * 36 * 36 * 36;

  private Branding() {}

  /** A branch name nobody else has: {@code polecat-<name>-<timestamp>-<random>}. */
  public static BranchName branch(PolecatName name) {
    String tail = Integer.toString(TAILS + RANDOM.nextInt(TAILS), 36).substring(1);
    return BranchName.of(PREFIX + name + "-" + TIMESTAMP.format(Instant.now()) + "-" + tail);
  }

  /** The author of everything somebody writes or merges. */
  public static Author author(PolecatName name) {
    return new Author(name.value(), name + "@polecat.local");
  }
}
