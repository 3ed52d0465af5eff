package dev.polecat.sling.cli.internal.server;

import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.NotFoundException;
import dev.polecat.sling.cli.internal.PolecatCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat dolt logs}. */
@Command(
    name = "logs",
    description = "Prints what the server said last.",
    footer = {"", "Example: polecat --town ~/gt dolt logs -n 20 -f"})
final class LogsCommand extends PolecatCommand {
  private static final long POLL_MILLIS = 200;

  @Option(
      names = {"-n", "--lines"},
      defaultValue = "50",
      description = "How many lines. Default: ${DEFAULT-VALUE}.")
  private int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what it says from now on, until interrupted.")
  private boolean follow;

  @Override
  protected ExitCode run() throws IOException, InterruptedException {
    if (lines < 0) {
      throw usage("-n is " + lines + "; give 0 or more.");
    }
    Path log = access().managed().build().logFile();
    if (!Files.exists(log)) {
      throw new NotFoundException("There is no log " + log + ": no server was started there yet.");
    }
    // statements with any bytes may be in it: a reader of Files would refuse them
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(log), StandardCharsets.UTF_8))) {
      Deque<String> last = new ArrayDeque<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        last.addLast(line);
        if (last.size() > lines) {
          last.removeFirst();
        }
      }
      last.forEach(this::print);
      while (follow) {
        @Nullable String line = reader.readLine();
        if (line == null) {
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } else {
          print(line);
        }
      }
    }
    return ExitCode.DONE;
  }

  private void print(String line) {
    console().line(line);
    console().document(Console.map("line", line));
  }
}
