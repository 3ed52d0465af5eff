package dev.polecat.sling.cli.internal;

import dev.polecat.sling.cli.ExitCode;
import java.util.List;

/** {@code --explain-config}: where each setting comes from; no secret is shown. */
public final class ExplainConfig {
  private ExplainConfig() {}

  /** Prints the settings. */
  public static ExitCode print(Settings settings, Console console) {
    console.table(
        List.of("SETTING", "VALUE", "FROM"),
        settings.all().stream()
            .map(found -> List.of(found.key().toString(), found.shown(), found.source()))
            .toList());
    console.line(
        "The server is "
            + (settings.external()
                ? "somebody else's, and only connected to."
                : "the town's own."));
    console.document(
        Console.map(
            "external",
            settings.external(),
            "settings",
            settings.all().stream()
                .map(
                    found ->
                        Console.map(
                            "name", found.key(), "value", found.shown(), "from", found.source()))
                .toList()));
    return ExitCode.DONE;
  }
}
