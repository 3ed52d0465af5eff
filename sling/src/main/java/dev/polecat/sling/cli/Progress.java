package dev.polecat.sling.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A progress bar on standard error while someone watches; silent in a pipe. */
final class Progress implements AutoCloseable {
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
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
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
    }
  }
}
