package dev.polecat.sling.cli;

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
final class Progress implements AutoCloseable {
  private static final int WIDTH = 79;

  private final boolean watched = System.console() != null;
  private @Nullable ProgressBar bar;

  /** Starts the next piece of work. */
  void begin(String task, long steps) {
    close();
    if (watched) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(steps)
              .setUpdateIntervalMillis(100)
              .setConsumer(new DelegatingProgressBarConsumer(Progress::draw, WIDTH))
              .build();
    }
  }

  void step() {
    ProgressBar running = bar;
    if (running != null) {
      running.step();
    }
  }

  /** A line about something slow that is not counted, such as building the server. */
  void say(String line) {
    System.err.println(line);
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

  private static void draw(String line) {
    System.err.print("\r" + line);
    System.err.flush();
  }
}
