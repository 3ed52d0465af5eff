package dev.polecat.core;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Builds a {@link DoltBinarySearch}. Each setting has a default. Not safe to share. */
public final class DoltBinarySearchBuilder {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  @Nullable Path given;
  String pathVariable;
  Path cacheDirectory;
  URI releases = URI.create("https://github.com/dolthub/dolt/releases/download/");
  @Nullable String archiveSha256;
  boolean downloadAllowed = true;
  boolean buildAllowed = true;
  String goCommand = "go";
  Duration connectTimeout = Duration.ofSeconds(10);
  Duration stallTimeout = Duration.ofSeconds(30);
  Duration buildTimeout = Duration.ofMinutes(30);
  Consumer<String> progress = LoggerFactory.getLogger(DoltBinary.class)::info;

  DoltBinarySearchBuilder(Map<String, String> environment, String osName, Path home) {
    String named = environment.getOrDefault("POLECAT_DOLT", "");
    given = named.isBlank() ? null : Path.of(named).toAbsolutePath();
    pathVariable = environment.getOrDefault("PATH", "");
    cacheDirectory = userCache(environment, osName, home).resolve("polecat").resolve("dolt");
  }

  private static Path userCache(Map<String, String> environment, String osName, Path home) {
    String os = osName.toLowerCase(Locale.ROOT);
    if (os.startsWith("mac")) {
      return home.resolve("Library").resolve("Caches");
    }
    boolean windows = os.startsWith("windows");
    String named = environment.getOrDefault(windows ? "LOCALAPPDATA" : "XDG_CACHE_HOME", "");
    // The XDG specification wants relative values ignored.
    if (!named.isBlank() && Path.of(named).isAbsolute()) {
      return Path.of(named);
    }
    return windows ? home.resolve("AppData").resolve("Local") : home.resolve(".cache");
  }

  /**
   * The only binary to use: if it cannot be used the search fails at once, and looks nowhere else.
   * Default: the environment variable POLECAT_DOLT; if that is not set, the other places are asked.
   *
   * @param binary the path of the program
   * @return this builder
   */
  public DoltBinarySearchBuilder given(Path binary) {
    given = binary.toAbsolutePath();
    return this;
  }

  /**
   * The directories in which dolt, Go and the C compiler are looked for. Default: this process's
   * PATH. Empty entries, which mean the current directory to a shell, are passed over.
   *
   * @param directories a list as PATH holds it; empty to look in none
   * @return this builder
   */
  public DoltBinarySearchBuilder pathVariable(String directories) {
    pathVariable = Objects.requireNonNull(directories, "directories");
    return this;
  }

  /**
   * Where a downloaded or built binary is kept. It is created when first needed. Default: {@code
   * polecat/dolt} in the user's cache, which is XDG_CACHE_HOME or {@code ~/.cache}; on macOS {@code
   * ~/Library/Caches}; on Windows LOCALAPPDATA.
   *
   * @param directory a directory only its owner may write to, since programs in it are run
   * @return this builder
   */
  public DoltBinarySearchBuilder cacheDirectory(Path directory) {
    cacheDirectory = directory.toAbsolutePath();
    return this;
  }

  /**
   * The address under which releases lie; {@code v<version>/dolt-<os>-<arch>.tar.gz} (on Windows
   * {@code .zip}) is added. Default: the official releases at {@code
   * https://github.com/dolthub/dolt/releases/download/}. The JVM's proxy settings are used.
   *
   * @param base an https address; plain http is accepted only for loopback hosts
   * @return this builder
   * @throws IllegalArgumentException if the address is neither
   */
  public DoltBinarySearchBuilder releases(URI base) {
    if (!mayDownloadFrom(base)) {
      throw new IllegalArgumentException(
          "Not a safe address for releases: " + base + ". Use https, or http on a loopback host.");
    }
    String text = base.toString();
    releases = text.endsWith("/") ? base : URI.create(text + "/");
    return this;
  }

  /**
   * Whether programs may be downloaded from an address: https, or http on a loopback host.
   *
   * @param address the address
   * @return true if so
   */
  public static boolean mayDownloadFrom(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    String host = String.valueOf(address.getHost());
    boolean loopback = host.matches("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    return address.getHost() != null
        && (scheme.equals("https") || scheme.equals("http") && loopback);
  }

  /**
   * What the release archive for this platform must hash to; another archive is refused. Default:
   * not checked, so that https alone vouches for the archive.
   *
   * @param digest the SHA-256 as 64 hexadecimal digits
   * @return this builder
   * @throws IllegalArgumentException if it is anything else
   */
  public DoltBinarySearchBuilder archiveSha256(String digest) {
    String lower = digest.toLowerCase(Locale.ROOT);
    if (!SHA256.matcher(lower).matches()) {
      throw new IllegalArgumentException("Not a SHA-256 of 64 hexadecimal digits: " + digest);
    }
    archiveSha256 = lower;
    return this;
  }

  /**
   * Whether the release may be downloaded. Default: true.
   *
   * @param allowed false to leave this source out
   * @return this builder
   */
  public DoltBinarySearchBuilder downloadAllowed(boolean allowed) {
    downloadAllowed = allowed;
    return this;
  }

  /**
   * Whether dolt may be built with Go. Default: true. The build needs Go and a C compiler, uses the
   * user's Go settings, and leaves about 2.5 GB in Go's own caches, which {@code go clean -cache
   * -modcache} empties.
   *
   * @param allowed false to leave this source out
   * @return this builder
   */
  public DoltBinarySearchBuilder buildAllowed(boolean allowed) {
    buildAllowed = allowed;
    return this;
  }

  /**
   * The Go program. Default: {@code go}.
   *
   * @param command a name to look for in PATH, or a path
   * @return this builder
   */
  public DoltBinarySearchBuilder goCommand(String command) {
    goCommand = Objects.requireNonNull(command, "command");
    return this;
  }

  /**
   * How long connecting to the release server may take. Default: 10 seconds.
   *
   * @param timeout a positive duration
   * @return this builder
   * @throws IllegalArgumentException if it is not positive
   */
  public DoltBinarySearchBuilder connectTimeout(Duration timeout) {
    connectTimeout = positive(timeout, "connectTimeout");
    return this;
  }

  /**
   * How long a download may go without receiving a byte before it is given up. Default: 30 seconds.
   *
   * @param timeout a positive duration
   * @return this builder
   * @throws IllegalArgumentException if it is not positive
   */
  public DoltBinarySearchBuilder stallTimeout(Duration timeout) {
    stallTimeout = positive(timeout, "stallTimeout");
    return this;
  }

  /**
   * How long a build may take, with everything it downloads. Default: 30 minutes.
   *
   * @param timeout a positive duration
   * @return this builder
   * @throws IllegalArgumentException if it is not positive
   */
  public DoltBinarySearchBuilder buildTimeout(Duration timeout) {
    buildTimeout = positive(timeout, "buildTimeout");
    return this;
  }

  /**
   * Who is told, in a line each, what a long search is doing. Default: logged at INFO. The listener
   * is called on the thread that searches; what it throws ends the search. It must not search for a
   * binary itself.
   *
   * @param listener takes lines meant for people
   * @return this builder
   */
  public DoltBinarySearchBuilder progress(Consumer<String> listener) {
    progress = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Makes the search.
   *
   * @return an immutable copy of the settings
   */
  public DoltBinarySearch build() {
    return new DoltBinarySearch(this);
  }

  private static Duration positive(Duration value, String name) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
    return value;
  }
}
