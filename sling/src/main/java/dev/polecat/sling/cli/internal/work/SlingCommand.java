package dev.polecat.sling.cli.internal.work;

import dev.polecat.core.Endpoint;
import dev.polecat.sling.BeadId;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.ShortDuration;
import dev.polecat.sling.cli.internal.TownCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat sling}: a bead, a polecat, a branch. */
@Command(
    name = "sling",
    description = {
      "Gives a polecat a bead and a branch of its own, and prints the branch.",
      "Nobody renews the branch's lease while the polecat works on connections of its own, so the"
          + " lease is long. When it has run out, a sweep deletes the branch only if all of it is on"
          + " main and nobody is on it; work is kept. dolt sql -q and commit renew it."
    },
    footer = {
      "",
      "Example: polecat sling gt-42 gastown --polecat toast",
      "For wrappers:",
      "  set -a; eval \"$(polecat sling gt-42 gastown --env)\"; set +a"
    })
public final class SlingCommand extends TownCommand {
  @Parameters(index = "0", paramLabel = "<bead>", description = "The bead, such as gt-42.")
  private String bead;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<rig>",
      description = "The rig. Default: --rig, GT_RIG, or the only one.")
  private @Nullable String rig;

  @Option(
      names = "--polecat",
      paramLabel = "NAME",
      description = "Who works on it. Default: GT_POLECAT, or the bead's name.")
  private @Nullable String polecat;

  @Option(
      names = "--env",
      description = "Print the variables another process needs, as lines for a shell to evaluate.")
  private boolean env;

  @Option(
      names = "--lease",
      defaultValue = "24h",
      converter = ShortDuration.class,
      description = "How long the branch counts as worked on. Default: ${DEFAULT-VALUE}.")
  private Duration lease;

  @Override
  protected TownConfig config(TownConfig standard) {
    return super.config(standard).withLease(lease);
  }

  @Override
  protected ExitCode run(Town town) {
    BeadId id = new BeadId(bead);
    Rig where = rig == null ? rig(town) : rig(town, rig);
    try (Polecat slung = where.sling(name(id), id.value())) {
      Map<String, String> variables = variables(town, where, slung);
      console()
          .document(
              Console.map(
                  "branch", slung.branch(),
                  "rig", where.name(),
                  "polecat", slung.name(),
                  "bead", slung.bead(),
                  "base", slung.base(),
                  "environment", variables));
      if (env) {
        ShellLines.of(variables).forEach(console()::line);
      } else {
        console().line(slung.branch().value());
      }
    }
    return ExitCode.DONE;
  }

  private String name(BeadId id) {
    return Optional.ofNullable(polecat)
        .or(() -> Optional.ofNullable(surroundings().environment().get("GT_POLECAT")))
        .orElseGet(() -> id.value().toLowerCase(Locale.ROOT).replace('.', '-'));
  }

  /** What a polecat needs to write, and this program to find its branch again. */
  private Map<String, String> variables(Town town, Rig where, Polecat slung) {
    Map<String, String> variables = new TreeMap<>(slung.environment());
    Endpoint endpoint = town.server().endpoint();
    variables.put("GT_RIG", where.name());
    variables.put("GT_DOLT_PORT", Integer.toString(endpoint.port()));
    Optional<Path> own = access().external() ? Optional.empty() : settings().town();
    own.ifPresentOrElse(
        root -> variables.put("GT_TOWN_ROOT", root.toString()),
        () -> variables.put("GT_DOLT_HOST", endpoint.host()));
    return variables;
  }
}
