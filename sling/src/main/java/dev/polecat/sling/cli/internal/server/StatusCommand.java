package dev.polecat.sling.cli.internal.server;

import dev.polecat.core.DoltServer;
import dev.polecat.core.Endpoint;
import dev.polecat.core.Logins;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import dev.polecat.core.ServerState;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.NoServerException;
import dev.polecat.sling.cli.internal.PolecatCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code polecat dolt status}: looks, and changes nothing. */
@Command(
    name = "status",
    description = {
      "Says how the server is, and lists its databases. Starts, restarts and stops nothing.",
      "Exit code 4 if it does not answer."
    },
    footer = {"", "Example: polecat --town ~/gt dolt status --json"})
final class StatusCommand extends PolecatCommand {
  @Override
  protected ExitCode run() {
    return access().external() ? external() : managed();
  }

  private ExitCode external() {
    Endpoint endpoint = access().endpoint();
    try (DoltServer server = DoltServer.connect(endpoint)) {
      List<String> databases = server.databases();
      console()
          .document(
              Console.map(
                  "status",
                  ServerState.Status.RUNNING,
                  "host",
                  endpoint.host(),
                  "port",
                  endpoint.port(),
                  "user",
                  endpoint.user(),
                  "databases",
                  databases));
      console().line("The server at " + endpoint + " answers.");
      console().line("databases: " + String.join(", ", databases));
      return ExitCode.DONE;
    } catch (ServerException.Unreachable e) {
      throw new NoServerException(e.getMessage() + access().whatToDo(e));
    }
  }

  private ExitCode managed() {
    ManagedServerConfig config = access().managed().build();
    Optional<ServerState> known = DoltServer.stateOf(config);
    if (known.isEmpty()) {
      console().document(Console.map("status", ServerState.Status.STOPPED, "databases", List.of()));
      console().line("No server was ever started in " + config.root() + ".");
      console().note("Start it: polecat --town " + config.root() + " dolt start");
      return ExitCode.NO_SERVER;
    }
    ServerState state = known.get();
    List<String> databases = new ArrayList<>();
    Optional<String> silence =
        state.pid().isPresent() ? ask(config, state, databases) : down(state);
    console().document(ServerReport.of(state, databases));
    print(state, databases);
    silence.ifPresent(console()::note);
    return silence.isPresent() ? ExitCode.NO_SERVER : ExitCode.DONE;
  }

  private static Optional<String> down(ServerState state) {
    return Optional.of(
        state.keepRunning()
            ? "It does not run; the next command that needs it starts it again."
            : "It does not run. Start it: polecat dolt start");
  }

  /** Empty if it answers. */
  private static Optional<String> ask(
      ManagedServerConfig config, ServerState state, List<String> databases) {
    Endpoint local = Endpoint.local(state.port());
    Endpoint endpoint =
        config.secured() ? local.as(Logins.in(config.passwordDirectory()).login("root")) : local;
    try (DoltServer server = DoltServer.connect(endpoint)) {
      databases.addAll(server.databases());
      return Optional.empty();
    } catch (ServerException.Unreachable e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void print(ServerState state, List<String> databases) {
    console().line("status: " + state.status());
    state.pid().ifPresent(pid -> console().line("process: " + pid));
    console().line("port: " + state.port());
    console().line("data: " + state.dataDirectory());
    console().line("dolt: " + state.version());
    console().line("goes on without users: " + (state.keepRunning() ? "yes" : "no"));
    state.lastError().ifPresent(error -> console().line("last error: " + error));
    console().line("databases: " + String.join(", ", databases));
  }
}
