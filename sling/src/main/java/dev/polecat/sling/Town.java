package dev.polecat.sling;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltException;
import dev.polecat.core.DoltServer;
import dev.polecat.core.InvalidNameException;
import dev.polecat.mergequeue.Ledger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A town: one Dolt server and its rigs. Thread-safe. Closing it closes its rigs, which finish their
 * merges first, and stops the server if the town started it.
 */
public final class Town implements AutoCloseable {
  private final TownConfig config;
  private final DoltServer server;
  private final TownUsers users;
  private final Map<DatabaseName, Rig> rigs = new ConcurrentHashMap<>();

  private Town(TownConfig config, DoltServer server) {
    this.config = config;
    this.server = server;
    this.users = new TownUsers(config, server);
  }

  /**
   * Opens a town: starts its server, or connects to the one that runs already.
   *
   * @param config how the town is run
   * @return the open town
   * @throws DoltException if the server cannot be started or reached; its subclasses say why
   */
  public static Town open(TownConfig config) {
    DoltServer server =
        config
            .managed()
            .map(DoltServer::start)
            .orElseGet(() -> DoltServer.connect(config.external().orElseThrow()));
    return new Town(config, server);
  }

  /**
   * As {@link #open}, but starts no server.
   *
   * @param config how the town is run
   * @return the open town; empty if it has a server of its own and none runs
   * @throws DoltException if the server cannot be reached; its subclasses say why
   */
  public static Optional<Town> adopt(TownConfig config) {
    return config
        .managed()
        .map(DoltServer::adopt)
        .orElseGet(() -> Optional.of(DoltServer.connect(config.external().orElseThrow())))
        .map(server -> new Town(config, server));
  }

  /**
   * Opens a rig, creating its database if there is none of that name.
   *
   * @param name the rig, such as {@code gastown}
   * @return the rig; the same object for the same name
   * @throws dev.polecat.core.InvalidNameException if the name cannot be a database's, or is the
   *     ledger's
   * @throws dev.polecat.core.CredentialsException if a password is missing or no secret
   * @throws dev.polecat.core.DoltSqlException if the server refuses
   */
  public Rig rig(String name) {
    if (config.ledger().filter(ledger -> ledger.value().equals(name)).isPresent()) {
      throw new InvalidNameException("rig", name, "This is the ledger's database.");
    }
    return rigs.computeIfAbsent(
        DatabaseName.of(name),
        database -> new Rig(config, users, server.database(database), ledger(database)));
  }

  /**
   * The rigs that exist on the server.
   *
   * @return their names, sorted
   */
  public List<String> rigs() {
    String ledger = config.ledger().map(DatabaseName::value).orElse("");
    return server.databases().stream().filter(name -> !name.equals(ledger)).toList();
  }

  /**
   * The server, for what the town does not offer.
   *
   * @return the server
   */
  public DoltServer server() {
    return server;
  }

  /** Closes all rigs, then the server. May be called again. */
  @Override
  public void close() {
    @Nullable RuntimeException failure = null;
    for (Rig rig : rigs.values()) {
      try {
        rig.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    server.close();
    if (failure != null) {
      throw failure;
    }
  }

  private Ledger ledger(DatabaseName rig) {
    return config.ledger().map(name -> Ledger.on(server, name, rig)).orElseGet(Ledger::inMemory);
  }

  @Override
  public String toString() {
    return "town at " + server.endpoint();
  }
}
