package dev.polecat.core.internal.binary;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinarySearch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Builds the pinned version from source. The module's {@code go.sum} names the checksum of every
 * module that goes in, and the user's settings for Go's checksum database are left as they are.
 */
final class GoBuild {
  static final String MINIMUM_GO = "1.26.2";
  private static final String PROGRAM = "github.com/dolthub/dolt/go/cmd/dolt";
  private static final List<String> BUILD =
      List.of(
          "build", "-v", "-mod=readonly", "-trimpath", "-ldflags", "-s -w", "-tags", "gms_pure_go");
  private static final Duration REPORT_INTERVAL = Duration.ofSeconds(5);

  private static final Pattern COMPILER = Pattern.compile("^(?:(['\"])(.+?)\\1|\\S+)");

  private final DoltBinarySearch search;
  private final Platform platform;
  private final Executables executables;
  private final Duration reportInterval;
  private final AtomicInteger modules = new AtomicInteger();
  private final AtomicInteger packages = new AtomicInteger();

  GoBuild(DoltBinarySearch search, Platform platform) {
    this(search, platform, REPORT_INTERVAL);
  }

  GoBuild(DoltBinarySearch search, Platform platform, Duration reportInterval) {
    this.search = search;
    this.platform = platform;
    this.executables = new Executables(search.pathVariable(), platform);
    this.reportInterval = reportInterval;
  }

  /** Builds the binary somewhere in the work directory. */
  Path build(WorkDirectory work) throws IOException, InterruptedException {
    Path go =
        executables
            .command(search.goCommand())
            .orElseThrow(
                () -> new IOException("there is no Go: no program '" + search.goCommand() + "'"));
    Path module = Files.createDirectory(work.path().resolve("module"));
    copyResource("go.mod", module);
    copyResource("go.sum", module);
    Files.createDirectory(work.path().resolve("tmp"));
    requireNewEnough(go, work);
    requireCompiler(go, work);
    return compile(go, work);
  }

  private void requireNewEnough(Path go, WorkDirectory work)
      throws IOException, InterruptedException {
    // asked inside the module, where an older Go may fetch and become the one go.mod asks for
    ChildProcess.Outcome outcome = run(go, List.of("version"), work);
    VersionNumber version =
        VersionNumber.find("\\bgo", outcome.text())
            .orElseThrow(
                () -> new IOException("'go version' told none" + Words.tail(outcome.lastLines())));
    if (version.compareTo(VersionNumber.of(MINIMUM_GO)) < 0) {
      throw new IOException("Go >= " + MINIMUM_GO + " is needed, " + go + " is Go " + version);
    }
  }

  private void requireCompiler(Path go, WorkDirectory work)
      throws IOException, InterruptedException {
    List<String> lines = run(go, List.of("env", "CC"), work).lastLines();
    // warnings come before it, and options may come after the program
    String compiler = lines.isEmpty() ? "" : lines.get(lines.size() - 1).strip();
    Matcher program = COMPILER.matcher(compiler);
    Optional<Path> found =
        program.find()
            ? executables.command(program.group(2) == null ? program.group() : program.group(2))
            : Optional.empty();
    if (found.isEmpty()) {
      throw new IOException(
          "there is no C compiler: Go would use '" + compiler + "', which is not on PATH");
    }
  }

  private Path compile(Path go, WorkDirectory work) throws IOException, InterruptedException {
    Path binary = work.path().resolve(platform.executable("dolt"));
    List<String> arguments = new ArrayList<>(BUILD);
    arguments.addAll(List.of("-o", binary.toString(), PROGRAM));
    search
        .progress()
        .accept("Building dolt " + DoltBinary.PINNED_VERSION + " with Go, which takes minutes");
    run(go, arguments, work);
    if (!Files.isRegularFile(binary)) {
      throw new IOException("'go build' succeeded but left no binary");
    }
    return binary;
  }

  private ChildProcess.Outcome run(Path go, List<String> arguments, WorkDirectory work)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(go.toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(work.path().resolve("module").toFile());
    prepare(builder.environment(), work);
    ChildProcess.Outcome outcome;
    try {
      outcome =
          new ChildProcess(builder, work, search.buildTimeout())
              .eachLine(this::count)
              .every(reportInterval, this::report)
              .run();
    } catch (IOException e) {
      throw new IOException("'go " + arguments.get(0) + "' " + Words.reason(e), e);
    }
    if (outcome.exitCode() != 0) {
      throw new IOException(
          "'go "
              + arguments.get(0)
              + "' failed with exit code "
              + outcome.exitCode()
              + Words.tail(outcome.lastLines()));
    }
    return outcome;
  }

  private void prepare(Map<String, String> environment, WorkDirectory work) {
    // Windows spells it Path
    environment.keySet().removeIf(name -> name.equalsIgnoreCase("PATH"));
    environment.put("PATH", search.pathVariable());
    // a workspace file above the cache, or settings for another target, must not leak in
    environment.put("GOWORK", "off");
    environment.put("GO111MODULE", "on");
    environment.put("GOOS", platform.os());
    environment.put("GOARCH", platform.arch());
    // Dolt's compression library is C; without cgo it does not compile
    environment.put("CGO_ENABLED", "1");
    // Go deletes its own temporary files only when it is not killed
    environment.put("GOTMPDIR", work.path().resolve("tmp").toString());
  }

  private void count(String line) {
    if (line.startsWith("go: downloading ")) {
      modules.incrementAndGet();
    } else if (!line.isBlank() && line.indexOf(' ') < 0) {
      // with -v, the name of each package when its turn comes
      packages.incrementAndGet();
    }
  }

  private void report(Duration elapsed) {
    search
        .progress()
        .accept(
            "Building dolt with Go: "
                + Words.of(elapsed)
                + ", "
                + modules
                + " modules downloaded, "
                + packages
                + " packages compiled");
  }

  private static void copyResource(String name, Path directory) throws IOException {
    String resource = "dolt-build/" + name + ".txt";
    try (InputStream content = DoltBinary.class.getResourceAsStream(resource)) {
      if (content == null) {
        throw new IOException("this library was packed without " + resource);
      }
      Files.copy(content, directory.resolve(name));
    }
  }
}
