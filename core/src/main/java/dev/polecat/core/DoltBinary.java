package dev.polecat.core;

import dev.polecat.core.internal.binary.BinaryFinder;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A {@code dolt} program that was run once and told its version. Immutable and safe to share.
 *
 * @param path where it is, absolute
 * @param version what {@code dolt version} says, such as "1.86.4"
 * @param source how it was found or obtained
 */
public record DoltBinary(Path path, String version, Source source) {
  /** The version that is downloaded or built when no other is found. */
  public static final String PINNED_VERSION = "1.86.4";

  /** The oldest version that is accepted from a given path or from PATH. */
  public static final String MINIMUM_VERSION = "1.86.2";

  /** The places a binary can come from, in the order in which they are asked. */
  public enum Source {
    /** The path set in code, or in the environment variable POLECAT_DOLT. */
    GIVEN,
    /** A directory named in PATH. */
    PATH,
    /** The cache, filled by an earlier download or build. */
    CACHE,
    /** The official release archive, downloaded by this search. */
    DOWNLOAD,
    /** Built by this search with Go. */
    BUILD
  }

  /**
   * Checks that nothing is missing.
   *
   * @param path where it is
   * @param version what {@code dolt version} says
   * @param source how it was found or obtained
   */
  public DoltBinary {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(source, "source");
    path = path.toAbsolutePath();
  }

  /**
   * Finds or obtains a binary with the default settings.
   *
   * @return a binary that runs
   * @throws DoltBinaryException if there is none and none can be obtained
   * @see #find(DoltBinarySearch)
   */
  public static DoltBinary find() {
    return find(DoltBinarySearch.ofDefaults());
  }

  /**
   * Finds or obtains a binary: the given path, else PATH, else the cache, else the official release
   * download, else a build with Go. Returns in a fraction of a second when a binary exists; a
   * download takes as long as the network needs, a build from nothing some minutes. Any number of
   * threads and processes may ask at once: one of them downloads or builds, the others wait for it
   * and use the cache.
   *
   * @param search where to look and what is allowed
   * @return a binary that runs
   * @throws DoltBinaryException if there is none and none can be obtained, naming each attempt; or
   *     if the thread was interrupted, which leaves its interrupt flag set
   */
  public static DoltBinary find(DoltBinarySearch search) {
    return new BinaryFinder(search).find();
  }
}
