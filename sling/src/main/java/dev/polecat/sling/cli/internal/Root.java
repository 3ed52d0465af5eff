package dev.polecat.sling.cli.internal;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The command above all others: it holds what they share. */
public abstract class Root {
  @CommandLine.Mixin private GlobalOptions options = new GlobalOptions();

  private final Surroundings surroundings;
  private @Nullable Settings settings;

  /** Made once for each command line. */
  protected Root(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The options that every command takes. */
  public final GlobalOptions options() {
    return options;
  }

  /** The settings, found when they are first asked for. */
  public final Settings settings() {
    if (settings == null) {
      settings = Settings.of(options, surroundings);
    }
    return settings;
  }

  /** Where a command writes to. */
  public final Console console(CommandLine line) {
    return new Console(line.getOut(), line.getErr(), options.json());
  }

  final Surroundings surroundings() {
    return surroundings;
  }
}
