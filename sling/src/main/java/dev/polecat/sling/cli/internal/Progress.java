package dev.polecat.sling.cli.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar on standard error while someone watches; silent in a pipe.
 *
 * <p>It draws into a line of fixed width. The library's own console consumer asks the terminal for
 * its width in a way that resets the handler of SIGINT, and Ctrl-C would then end the JVM without
 * stopping the server.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 79;

  private static final boolean WATCHED = isWatched();
  private @Nullable ProgressBar bar;

  /** Starts the next piece of work. */
  public void begin(String task, long steps) {
    close();
    if (WATCHED) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(steps)
              .setUpdateIntervalMillis(100)
              .setConsumer(new DelegatingProgressBarConsumer(Progress::draw, WIDTH))
              .build();
    }
  }

  public void step() {
    ProgressBar running = bar;
    if (running != null) {
      running.step();
    }
  }

  /** A line about something that takes minutes and is done once, such as building the server. */
  public static void say(String line) {
    System.err.println(line);
  }

  /** A line about something slow, for somebody who watches. */
  static void hint(String line) {
    if (WATCHED) {
      say(line);
    }
  }

  @Override
  public void close() {
    ProgressBar running = bar;
    bar = null;
    if (running != null) {
      running.close();
      System.err.println();
    }
  }

  /** Whether standard error, where it is drawn, is a terminal. */
  private static boolean isWatched() {
    Path errors = Path.of("/proc/self/fd/2");
    if (!Files.isSymbolicLink(errors)) {
      return System.console() != null; // no such directory here
    }
    try {
      return Files.readSymbolicLink(errors).toString().matches("/dev/(pts/|tty|console).*");
    } catch (IOException e) {
      return false; // then nobody is bothered with it
    }
  }

  private static void draw(String line) {
    System.err.print("\r" + line);
    System.err.flush();
  }
}
