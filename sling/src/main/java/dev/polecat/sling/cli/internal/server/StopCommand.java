package dev.polecat.sling.cli.internal.server;

import dev.polecat.core.DoltServer;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.PolecatCommand;
import picocli.CommandLine.Command;

/** {@code polecat dolt stop}. */
@Command(
    name = "stop",
    description = {
      "Stops the town's server, and has commands start it no more.",
      "While other processes use it, such as a queue that runs, it goes on, and the last of them"
          + " stops it; the exit code is 1 then."
    },
    footer = {"", "Example: polecat --town ~/gt dolt stop"})
final class StopCommand extends PolecatCommand {
  @Override
  protected ExitCode run() {
    ManagedServerConfig config = access().managed().build();
    boolean stopped = DoltServer.stop(config);
    console().document(Console.map("stopped", stopped));
    if (stopped) {
      console().line("The server does not run any more.");
      return ExitCode.DONE;
    }
    console()
        .note(
            "Other processes use the server; the last of them stops it. The one that watches it is "
                + DoltServer.stateOf(config)
                    .flatMap(state -> state.keeperPid().stream().boxed().findFirst())
                    .map(pid -> "process " + pid)
                    .orElse("not known")
                + ".");
    return ExitCode.FAILED;
  }
}
