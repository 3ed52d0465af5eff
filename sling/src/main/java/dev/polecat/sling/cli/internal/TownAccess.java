package dev.polecat.sling.cli.internal;

import dev.polecat.core.DoltBinarySearch;
import dev.polecat.core.DoltServer;
import dev.polecat.core.Endpoint;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.Logins;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import dev.polecat.core.ServerState;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The way from the settings to the town. */
public final class TownAccess {
  /**
   * How long a branch counts as worked on after a command last took it up: whoever works on it does
   * so from connections of their own, and nobody renews the lease meanwhile.
   */
  public static final Duration LEASE = Duration.ofHours(24);

  private static final int ACCESS_DENIED = 1045;

  private final Settings settings;

  TownAccess(Settings settings) {
    this.settings = settings;
  }

  /**
   * Opens the town: the server that runs, or one that was started by {@code dolt start} and has
   * died since, which is started again.
   *
   * @throws NoServerException if the town's server was stopped, or never started
   */
  public Town open(UnaryOperator<TownConfig> change) {
    if (settings.external()) {
      return connect(change.apply(TownConfig.external(endpoint()).withLease(LEASE)));
    }
    ManagedServerConfig.Builder builder = managed();
    Optional<ServerState> toRun =
        DoltServer.stateOf(builder.build()).filter(ServerState::keepRunning);
    if (settings.find(Key.PORT).orElseThrow().rank() == Found.ASSUMED) {
      toRun.ifPresent(state -> builder.port(state.port())); // who uses it looks for it there
    }
    ManagedServerConfig server = builder.build();
    TownConfig config = change.apply(TownConfig.managed(server).withLease(LEASE));
    Optional<Town> town = toRun.isPresent() ? Optional.of(Town.open(config)) : Town.adopt(config);
    return town.orElseThrow(
        () ->
            new NoServerException(
                "The server of the town in "
                    + server.root()
                    + " does not run. Start it: polecat --town "
                    + server.root()
                    + " dolt start"));
  }

  private Town connect(TownConfig config) {
    try {
      return Town.open(config);
    } catch (ServerException.Unreachable e) {
      throw new NoServerException(e.getMessage() + whatToDo(e));
    }
  }

  /** What a server that does not answer, or not this user, needs. */
  public String whatToDo(ServerException.Unreachable failure) {
    if (failure.getCause() instanceof SQLException refusal
        && refusal.getErrorCode() == ACCESS_DENIED) {
      return " The user comes from --user, the password from BEADS_DOLT_PASSWORD"
          + (settings.find(Key.PASSWORD).isPresent() ? "." : ", which is not set.");
    }
    return settings.town().isPresent() || hostIsNamed()
        ? ""
        : " For a town with a server of its own name its directory, with --town or"
            + " GT_TOWN_ROOT: polecat --town <directory> dolt start";
  }

  private boolean hostIsNamed() {
    return settings.find(Key.HOST).orElseThrow().rank() < Found.ASSUMED;
  }

  /**
   * The server to connect to, that somebody else runs.
   *
   * @throws ConfigException if it is on another machine, and there is no password
   */
  public Endpoint endpoint() {
    String host = settings.text(Key.HOST);
    String user = settings.text(Key.USER);
    String password = settings.find(Key.PASSWORD).map(Found::value).orElse("");
    try {
      return new Endpoint(host, settings.port(), user, password);
    } catch (InvalidNameException e) {
      String how = password.isEmpty() ? " The password comes from BEADS_DOLT_PASSWORD." : "";
      throw new ConfigException(settings.whereabouts().toString(), e.getMessage() + how, e);
    }
  }

  /** Whether the server is somebody else's. */
  public boolean external() {
    return settings.external();
  }

  /**
   * The town's own server.
   *
   * @throws ConfigException if the server is somebody else's, or its data is elsewhere
   */
  public ManagedServerConfig.Builder managed() {
    Path root = requireTown();
    ManagedServerConfig.Builder builder =
        ManagedServerConfig.builder(root).port(settings.port()).binary(binary());
    ManagedServerConfig known = builder.build();
    settings.find(Key.DATA_DIR).ifPresent(data -> requireData(data, known));
    return builder.secured(Files.exists(Logins.in(known.passwordDirectory()).file("root")));
  }

  /** How a dolt program is found; it says what it does if that takes long. */
  public static DoltBinarySearch binary() {
    return DoltBinarySearch.builder().progress(Progress::say).build();
  }

  private Path requireTown() {
    if (settings.town().isEmpty() && !hostIsNamed()) {
      throw new ConfigException(
          "--town",
          "No town's directory is named, and none was found above the working directory. Name it"
              + " with --town or GT_TOWN_ROOT.",
          null);
    }
    if (settings.external()) {
      throw new ConfigException(
          settings.find(Key.HOST).orElseThrow().source(),
          "The server is somebody else's ("
              + settings.whereabouts()
              + "), so it is not started, stopped or looked after here. Name the town's directory"
              + " with --town for one of its own.",
          null);
    }
    return settings.town().orElseThrow();
  }

  private static void requireData(Found data, ManagedServerConfig server) {
    Path given = server.root().resolve(data.value()).normalize();
    if (!given.equals(server.dataDirectory())) {
      throw new ConfigException(
          data.source(),
          "data_dir is "
              + given
              + ", but a town's data is in "
              + server.dataDirectory()
              + ". Remove data_dir, or set external to true if somebody else runs that server.",
          null);
    }
  }
}
