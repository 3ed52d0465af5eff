package dev.polecat.sling.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What a JVM tried and what it was told, a line each, in a file that outlives it: a line is with
 * the operating system when {@link #note} returns. Thread-safe.
 */
final class Acks implements AutoCloseable {
  private static final String SUFFIX = ".acks";

  private final FileChannel file;
  private final ReentrantLock lock = new ReentrantLock();

  Acks(Path directory, String jvm) throws IOException {
    file =
        FileChannel.open(
            directory.resolve(jvm + SUFFIX),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
  }

  /** What a line is about; its fields are in this order. */
  enum Kind {
    /** branch, base, commit mode: there is a handle. */
    SLUNG,
    /** id, branch, shared row, value, time: about to write. */
    TRY,
    /** id: the write returned. */
    ACK,
    /** what, kind of error, message: a call failed. */
    ERROR,
    /** branch, commit: about to submit. */
    SEALING,
    /** branch, commit: done returned. */
    SEALED,
    /** branch: about to nuke. */
    NUKING,
    /** branch, commit: nuke returned. */
    NUKED,
    /** branch, outcome, detail: the queue's answer. */
    OUTCOME,
  }

  record Line(String jvm, Kind kind, List<String> fields) {
    String field(int number) {
      return fields.get(number);
    }
  }

  void note(Kind kind, Object... fields) {
    List<String> cells = new ArrayList<>(List.of(kind.name()));
    for (Object field : fields) {
      cells.add(String.valueOf(field).replaceAll("\\s+", " "));
    }
    ByteBuffer line = StandardCharsets.UTF_8.encode(String.join("\t", cells) + "\n");
    lock.lock();
    try {
      while (line.hasRemaining()) {
        file.write(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** All JVMs' lines; one that was cut short by a kill counts as not written. */
  static List<Line> read(Path directory) throws IOException {
    List<Line> lines = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files = found.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (Path path : files) {
      String jvm = path.getFileName().toString().replace(SUFFIX, "");
      String text = Files.readString(path);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        List<String> cells = List.of(line.split("\t", -1));
        lines.add(new Line(jvm, Kind.valueOf(cells.get(0)), cells.subList(1, cells.size())));
      }
    }
    return lines;
  }
}
