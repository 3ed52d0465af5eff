package dev.polecat.sling.cli.internal;

import dev.polecat.sling.cli.ExitCode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command: its settings and its console. Not thread-safe. */
public abstract class PolecatCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  private @Nullable Settings settings;
  private @Nullable Console console;

  @Override
  public final Integer call() throws Exception {
    return run().code();
  }

  /** Does what the command is for. */
  protected abstract ExitCode run() throws Exception;

  /** The settings, found when they are first asked for. */
  protected final Settings settings() {
    if (settings == null) {
      settings = root().settings();
    }
    return settings;
  }

  /** Where the command writes to. */
  protected final Console console() {
    if (console == null) {
      console = root().console(commandLine());
    }
    return console;
  }

  /** Where the command runs. */
  protected final Surroundings surroundings() {
    return root().surroundings();
  }

  /** Where the town is. */
  protected final TownAccess access() {
    return new TownAccess(settings());
  }

  /** The line a person would type for another command. */
  protected final CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("Made by picocli only.");
    }
    return spec.commandLine();
  }

  /** What the command line is wrong about. */
  protected final CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(commandLine(), message);
  }

  private Root root() {
    CommandSpec of = commandLine().getCommandSpec();
    return (Root) of.root().userObject();
  }
}
