package dev.polecat.core.internal.binary;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks for programs as a shell does, except that the current directory is never looked in. */
final class Executables {
  private final String pathVariable;
  private final Platform platform;

  Executables(String pathVariable, Platform platform) {
    this.pathVariable = pathVariable;
    this.platform = platform;
  }

  /** Every program of that name, in the order of PATH. */
  List<Path> all(String name) {
    return directories()
        .map(directory -> directory.resolve(platform.executable(name)))
        .filter(Executables::canRun)
        .toList();
  }

  /** The program a command stands for: a path as it is, a name by looking in PATH. */
  Optional<Path> command(String command) {
    if (command.contains("/") || command.contains(File.separator)) {
      return Optional.of(Path.of(command).toAbsolutePath()).filter(Executables::canRun);
    }
    return all(command).stream().findFirst();
  }

  long directoryCount() {
    return directories().count();
  }

  static boolean canRun(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private Stream<Path> directories() {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(pathVariable)
        .filter(entry -> !entry.isBlank())
        .flatMap(Executables::directory);
  }

  private static Stream<Path> directory(String entry) {
    try {
      return Stream.of(Path.of(entry).toAbsolutePath());
    } catch (InvalidPathException noSuchPlace) {
      // PATH is the user's and may hold anything; a shell finds nothing there either
      return Stream.empty();
    }
  }
}
