package dev.polecat.core.internal.binary;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinary.Source;
import dev.polecat.core.DoltBinaryException;
import dev.polecat.core.DoltBinaryException.Attempt;
import dev.polecat.core.DoltBinarySearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks one source after the other, and remembers why each had nothing. For one search. */
public final class BinaryFinder {
  private static final VersionNumber MINIMUM = VersionNumber.of(DoltBinary.MINIMUM_VERSION);

  private final DoltBinarySearch search;
  private final Platform platform = Platform.current();
  private final BinaryProbe probe = new BinaryProbe();
  private final BinaryCache cache;
  private final List<Miss> misses = new ArrayList<>();

  private record Miss(Attempt attempt, @Nullable Exception cause) {}

  /** Gives the binary's version, or fails saying why there is none. */
  private interface Try {
    String run() throws IOException, InterruptedException;
  }

  /** Leaves a finished binary in the work directory and returns where. */
  private interface Making {
    Path into(WorkDirectory work) throws IOException, InterruptedException;
  }

  /**
   * A finder for one search.
   *
   * @param search where to look and what is allowed
   */
  public BinaryFinder(DoltBinarySearch search) {
    this.search = search;
    this.cache = new BinaryCache(search.cacheDirectory(), platform, probe);
  }

  /**
   * Finds or obtains a binary.
   *
   * @return a binary that runs
   * @throws DoltBinaryException if there is none
   */
  public DoltBinary find() {
    try {
      if (search.given().isPresent()) {
        return installed(Source.GIVEN, search.given().get()).orElseThrow(() -> failure(null));
      }
      Optional<DoltBinary> found = onPath();
      if (found.isEmpty()) {
        found = cached();
      }
      if (found.isEmpty()) {
        found = obtained();
      }
      return found.orElseThrow(() -> failure(null));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(e);
    }
  }

  private Optional<DoltBinary> onPath() throws InterruptedException {
    Executables executables = new Executables(search.pathVariable(), platform);
    List<Path> candidates = executables.all("dolt");
    if (candidates.isEmpty()) {
      String places = executables.directoryCount() + " directories";
      misses.add(
          new Miss(new Attempt(Source.PATH, "(" + places + ")", "there is no dolt in them"), null));
    }
    for (Path candidate : candidates) {
      Optional<DoltBinary> found = installed(Source.PATH, candidate);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<DoltBinary> installed(Source source, Path path) throws InterruptedException {
    return attempt(
        source,
        path,
        path.toString(),
        () -> {
          VersionNumber version = probe.version(path);
          if (version.compareTo(MINIMUM) < 0) {
            throw new IOException("dolt " + version + " is too old, >= " + MINIMUM + " is needed");
          }
          return version.toString();
        });
  }

  private Optional<DoltBinary> cached() throws InterruptedException {
    return attempt(
        Source.CACHE,
        cache.entry(),
        cache.entry().toString(),
        () -> {
          cache.check();
          return DoltBinary.PINNED_VERSION;
        });
  }

  private Optional<DoltBinary> obtained() throws InterruptedException {
    if (!search.downloadAllowed() && !search.buildAllowed()) {
      return downloadedOrBuilt();
    }
    try {
      return cache.whileLocked(this::reportWaiting, this::obtainedWithLock);
    } catch (IOException e) {
      missed(Source.CACHE, "in " + search.cacheDirectory(), e);
      return Optional.empty();
    }
  }

  private void reportWaiting(String holder) {
    search
        .progress()
        .accept("Waiting for " + holder + " that is putting dolt into " + search.cacheDirectory());
  }

  private Optional<DoltBinary> obtainedWithLock() throws InterruptedException {
    // whoever held the lock before may have filled the cache; what was missing then is old news
    misses.removeIf(miss -> miss.attempt().source() == Source.CACHE);
    Optional<DoltBinary> found = cached();
    if (found.isPresent()) {
      return found;
    }
    if (Files.exists(cache.entry())) {
      search.progress().accept("Replacing a dolt that cannot be used: " + lastMiss());
    }
    return downloadedOrBuilt();
  }

  private Optional<DoltBinary> downloadedOrBuilt() throws InterruptedException {
    Optional<DoltBinary> found = downloaded();
    return found.isPresent() ? found : built();
  }

  private Optional<DoltBinary> downloaded() throws InterruptedException {
    String address = ReleaseDownload.address(search, platform).toString();
    return made(
        Source.DOWNLOAD,
        address,
        search.downloadAllowed(),
        work -> {
          Path archive = new ReleaseDownload(search, platform).fetchInto(work.path());
          String name = platform.executable("dolt");
          Path binary = work.path().resolve(name);
          new ArchiveUnpacker(binary, "bin/" + name, ArchiveUnpacker.MAX_UNPACKED_BYTES)
              .unpack(archive);
          return binary;
        });
  }

  private Optional<DoltBinary> built() throws InterruptedException {
    return made(
        Source.BUILD,
        "with Go",
        search.buildAllowed(),
        work -> new GoBuild(search, platform).build(work));
  }

  private Optional<DoltBinary> made(Source source, String tried, boolean allowed, Making making)
      throws InterruptedException {
    if (!allowed) {
      misses.add(new Miss(new Attempt(source, tried, "not allowed by this search"), null));
      return Optional.empty();
    }
    Optional<DoltBinary> found =
        attempt(
            source,
            cache.entry(),
            tried,
            () -> {
              try (WorkDirectory work = cache.newWork()) {
                cache.install(making.into(work));
              }
              return DoltBinary.PINNED_VERSION;
            });
    search
        .progress()
        .accept(found.isPresent() ? "Dolt is ready: " + cache.entry() : "Failed: " + lastMiss());
    return found;
  }

  private Optional<DoltBinary> attempt(Source source, Path path, String tried, Try action)
      throws InterruptedException {
    try {
      return Optional.of(new DoltBinary(path, action.run(), source));
    } catch (IOException e) {
      missed(source, tried, e);
      return Optional.empty();
    } catch (InterruptedException e) {
      misses.add(new Miss(new Attempt(source, tried, "interrupted"), null));
      throw e;
    }
  }

  private void missed(Source source, String tried, IOException failure)
      throws InterruptedException {
    misses.add(new Miss(new Attempt(source, tried, Words.reason(failure)), failure));
    // an interrupt surfaces as an IOException where a channel was in use; it must end the search
    if (Thread.interrupted()) {
      throw (InterruptedException) new InterruptedException().initCause(failure);
    }
  }

  private Attempt lastMiss() {
    return misses.get(misses.size() - 1).attempt();
  }

  private DoltBinaryException failure(@Nullable InterruptedException interrupt) {
    List<Attempt> attempts = misses.stream().map(Miss::attempt).toList();
    DoltBinaryException failure = new DoltBinaryException(attempts, interrupt);
    misses.stream().map(Miss::cause).filter(Objects::nonNull).forEach(failure::addSuppressed);
    return failure;
  }
}
