package dev.polecat.sling.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a JVM of its own, with the tests' class path. */
public final class OtherJvm {
  private OtherJvm() {}

  /** What a program that ended said. */
  public record Ended(int exitCode, String output) {}

  /** Starts a program; its temporary files go below the directory, its output into a file there. */
  public static Process start(Path directory, List<Path> classes, List<String> mainAndArguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")));
    command.add("-cp");
    List<String> path = new ArrayList<>(classes.stream().map(Path::toString).toList());
    path.add(classPath());
    command.add(String.join(System.getProperty("path.separator"), path));
    command.addAll(mainAndArguments);
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output(directory).toFile())
        .start();
  }

  /** Runs a program to its end. */
  public static Ended run(Path directory, List<Path> classes, List<String> mainAndArguments)
      throws IOException, InterruptedException {
    Process process = start(directory, classes, mainAndArguments);
    try {
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "Still running; said: " + Files.readString(output(directory)));
      }
      return new Ended(process.exitValue(), Files.readString(output(directory)));
    } finally {
      process.destroy();
    }
  }

  /** What a program that was started below a directory says. */
  public static Path output(Path directory) {
    return directory.resolve("output.txt");
  }

  /** The tests' class path; surefire hides it in a jar of its own. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
