package dev.polecat.sling.cli.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process's standard output, in UTF-8 whatever the locale. It remembers why it could not be
 * written, which a {@link PrintWriter} keeps to itself.
 */
public final class StandardOutput extends OutputStream {
  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");

  private final OutputStream process = new FileOutputStream(FileDescriptor.out);
  private final PrintWriter writer =
      new PrintWriter(new OutputStreamWriter(this, StandardCharsets.UTF_8), true);
  private @Nullable IOException failure;

  /** What commands write to. */
  public PrintWriter writer() {
    return writer;
  }

  /**
   * What is wrong, once all is written. That somebody has read enough, as {@code head} has, is
   * nothing wrong.
   */
  public Optional<String> problem() {
    writer.flush();
    IOException failed = failure;
    return failed == null || isPipe(failed)
        ? Optional.empty()
        : Optional.of(
            "Standard output cannot be written, and is incomplete: " + failed.getMessage());
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      process.write(bytes, from, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private static boolean isPipe(IOException failed) {
    try {
      return Files.readSymbolicLink(DESCRIPTOR).toString().matches("(pipe|socket):.*");
    } catch (IOException | UnsupportedOperationException e) { // no such directory here
      return String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
    }
  }
}
