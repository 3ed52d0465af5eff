package dev.polecat.core;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where to look for a {@code dolt} program, and what may be done to obtain one. Immutable; safe to
 * share as far as its progress listener is.
 *
 * @see DoltBinarySearchBuilder
 */
public final class DoltBinarySearch {
  private final @Nullable Path given;
  private final String pathVariable;
  private final Path cacheDirectory;
  private final URI releases;
  private final @Nullable String archiveSha256;
  private final boolean downloadAllowed;
  private final boolean buildAllowed;
  private final String goCommand;
  private final Duration connectTimeout;
  private final Duration stallTimeout;
  private final Duration buildTimeout;
  private final Consumer<String> progress;

  DoltBinarySearch(DoltBinarySearchBuilder builder) {
    given = builder.given;
    pathVariable = builder.pathVariable;
    cacheDirectory = builder.cacheDirectory;
    releases = builder.releases;
    archiveSha256 = builder.archiveSha256;
    downloadAllowed = builder.downloadAllowed;
    buildAllowed = builder.buildAllowed;
    goCommand = builder.goCommand;
    connectTimeout = builder.connectTimeout;
    stallTimeout = builder.stallTimeout;
    buildTimeout = builder.buildTimeout;
    progress = builder.progress;
  }

  /**
   * Starts from the defaults, read from this process's environment.
   *
   * @return a new builder
   */
  public static DoltBinarySearchBuilder builder() {
    // as shells and Go see it: user.home is what the password file says, whatever HOME is
    String home = System.getenv().getOrDefault("HOME", "");
    return new DoltBinarySearchBuilder(
        System.getenv(),
        System.getProperty("os.name"),
        Path.of(home.isBlank() ? System.getProperty("user.home") : home));
  }

  /**
   * The defaults, read from this process's environment.
   *
   * @return a search as {@code builder().build()} makes it
   */
  public static DoltBinarySearch ofDefaults() {
    return builder().build();
  }

  /**
   * The only binary to use, if one was given.
   *
   * @return its absolute path, or empty to look in the other places
   */
  public Optional<Path> given() {
    return Optional.ofNullable(given);
  }

  /**
   * The directories in which dolt, Go and the C compiler are looked for.
   *
   * @return a list as PATH holds it, possibly empty
   */
  public String pathVariable() {
    return pathVariable;
  }

  /**
   * Where a downloaded or built binary is kept.
   *
   * @return an absolute path, which need not exist yet
   */
  public Path cacheDirectory() {
    return cacheDirectory;
  }

  /**
   * The address under which releases lie.
   *
   * @return an address that ends in a slash
   */
  public URI releases() {
    return releases;
  }

  /**
   * What the release archive must hash to.
   *
   * @return 64 lower-case hexadecimal digits, or empty if it is not checked
   */
  public Optional<String> archiveSha256() {
    return Optional.ofNullable(archiveSha256);
  }

  /**
   * Whether the release may be downloaded.
   *
   * @return true if so
   */
  public boolean downloadAllowed() {
    return downloadAllowed;
  }

  /**
   * Whether dolt may be built with Go.
   *
   * @return true if so
   */
  public boolean buildAllowed() {
    return buildAllowed;
  }

  /**
   * The Go program.
   *
   * @return a name to look for in {@link #pathVariable()}, or a path
   */
  public String goCommand() {
    return goCommand;
  }

  /**
   * How long connecting to the release server may take.
   *
   * @return a positive duration
   */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * How long a download may go without receiving a byte.
   *
   * @return a positive duration
   */
  public Duration stallTimeout() {
    return stallTimeout;
  }

  /**
   * How long a build may take.
   *
   * @return a positive duration
   */
  public Duration buildTimeout() {
    return buildTimeout;
  }

  /**
   * Who is told what a long search is doing.
   *
   * @return the listener
   */
  public Consumer<String> progress() {
    return progress;
  }

  /**
   * Every setting, for logs.
   *
   * @return one line
   */
  @Override
  public String toString() {
    return "DoltBinarySearch[given="
        + given
        + ", cacheDirectory="
        + cacheDirectory
        + ", releases="
        + releases
        + ", archiveSha256="
        + archiveSha256
        + ", downloadAllowed="
        + downloadAllowed
        + ", buildAllowed="
        + buildAllowed
        + ", goCommand="
        + goCommand
        + ", connectTimeout="
        + connectTimeout
        + ", stallTimeout="
        + stallTimeout
        + ", buildTimeout="
        + buildTimeout
        + ", pathVariable="
        + pathVariable
        + "]";
  }
}
