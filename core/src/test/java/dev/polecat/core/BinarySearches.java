package dev.polecat.core;

import java.nio.file.Path;
import java.util.Map;

/** Searches that see nothing of the machine the tests run on. */
public final class BinarySearches {
  private BinarySearches() {}

  /** The defaults of an empty environment, with POLECAT_DOLT and PATH unset. */
  public static DoltBinarySearchBuilder isolated(Path home) {
    return new DoltBinarySearchBuilder(Map.of(), System.getProperty("os.name"), home);
  }
}
