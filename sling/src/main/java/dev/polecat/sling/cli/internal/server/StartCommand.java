package dev.polecat.sling.cli.internal.server;

import dev.polecat.core.DoltServer;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerState;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.PolecatCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat dolt start}. */
@Command(
    name = "start",
    description = {
      "Starts the town's server, or finds it running, and leaves it running in the background.",
      "A server that died since is started again by the next command that needs it, until dolt stop"
          + " is said."
    },
    footer = {"", "Example: polecat --town ~/gt dolt start --port 3307"})
final class StartCommand extends PolecatCommand {
  @Option(
      names = "--secured",
      description = "Give every role a password, in files of daemon/passwords, from now on.")
  private boolean secured;

  @Override
  protected ExitCode run() {
    ManagedServerConfig.Builder builder = access().managed().keepRunning(true);
    if (secured) {
      builder.secured(true);
    }
    try (DoltServer server = DoltServer.start(builder.build())) {
      ServerState state = server.state().orElseThrow();
      console().document(ServerReport.of(state, server.databases()));
      console()
          .line(
              "The server runs on port "
                  + state.port()
                  + ", process "
                  + state.pid().orElse(0)
                  + ".");
    }
    return ExitCode.DONE;
  }
}
