package dev.polecat.core.internal.binary;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinarySearch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A search in a process of its own, and what it says. */
final class OtherJvm implements AutoCloseable {
  private final Process process;
  private final Map<String, CompletableFuture<String>> awaited = new ConcurrentHashMap<>();
  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<Void> end;

  /** What the other process runs: PATH, cache, address of releases, and whether to build. */
  public static void main(String[] arguments) {
    DoltBinary binary =
        DoltBinary.find(
            DoltBinarySearch.builder()
                .pathVariable(arguments[0])
                .cacheDirectory(Path.of(arguments[1]))
                .releases(URI.create(arguments[2]))
                .buildAllowed(Boolean.parseBoolean(arguments[3]))
                .progress(System.out::println)
                .build());
    System.out.println("found by " + binary.source());
  }

  OtherJvm(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(OtherJvm.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // it would say so in the output
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "POLECAT_DOLT"));
    process = builder.start();
    end = CompletableFuture.runAsync(this::read, task -> new Thread(task).start());
  }

  /** Completes with the first line that starts so. */
  CompletableFuture<String> says(String start) {
    synchronized (lines) {
      CompletableFuture<String> line =
          awaited.computeIfAbsent(start, key -> new CompletableFuture<>());
      lines.stream().filter(said -> said.startsWith(start)).findFirst().ifPresent(line::complete);
      return line;
    }
  }

  String lastLine() throws Exception {
    end.get(1, TimeUnit.MINUTES);
    synchronized (lines) {
      return lines.get(lines.size() - 1);
    }
  }

  /** Asks it to exit as a system that shuts down does, and waits until it did. */
  void terminate() throws Exception {
    // by its handle: Process.destroy() would also close the output
    process.toHandle().destroy();
    end.get(1, TimeUnit.MINUTES);
    process.waitFor();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void read() {
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        String said = line;
        synchronized (lines) {
          lines.add(said);
          awaited.forEach(
              (start, future) -> {
                if (said.startsWith(start)) {
                  future.complete(said);
                }
              });
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
