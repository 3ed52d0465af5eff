package dev.polecat.sling;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.Login;
import dev.polecat.core.Logins;
import dev.polecat.core.ServerUser;
import dev.polecat.sling.internal.Branding;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who logs in as what. In a secured town polecats, the queue and each role that writes main have a
 * MySQL user of their own, and the server lets each write what it is for: a polecat the polecats'
 * branches, the queue and the roles main. Branches and tags are made and deleted by the town
 * itself. Where there are no logins, everybody has the one of the server. Thread-safe.
 */
final class TownUsers {
  static final String POLECAT = "polecat";
  static final String QUEUE = "queue";
  private static final String ROLE_PREFIX = "main-";

  /**
   * All that tables need, but not {@code DROP}: for Dolt it includes {@code DROP DATABASE}. So a
   * table or view is dropped by the town itself.
   */
  private static final List<String> TABLES =
      List.of(
          "SELECT",
          "INSERT",
          "UPDATE",
          "DELETE",
          "CREATE",
          "ALTER",
          "INDEX",
          "REFERENCES",
          "CREATE VIEW",
          "SHOW VIEW",
          "TRIGGER",
          "CREATE TEMPORARY TABLES",
          "LOCK TABLES");

  private static final List<String> COMMITTING =
      List.of(
          "dolt_add",
          "dolt_commit",
          "dolt_merge",
          "dolt_conflicts_resolve",
          "dolt_verify_constraints");

  private static final ServerUser QUEUE_USER =
      new ServerUser(
          QUEUE, TABLES, COMMITTING, List.of("main", "merge-align-%", "merge-overlay-%"));

  private static final ServerUser POLECAT_USER =
      new ServerUser(
          POLECAT,
          TABLES,
          List.of(
              "dolt_add",
              "dolt_commit",
              "dolt_merge",
              "dolt_conflicts_resolve",
              "dolt_verify_constraints",
              "dolt_reset",
              "dolt_clean",
              "dolt_revert",
              "dolt_cherry_pick"),
          List.of(Branding.PREFIX + "%"));

  private final DoltServer server;
  private final Optional<Logins> logins;

  TownUsers(TownConfig config, DoltServer server) {
    this.server = server;
    this.logins = config.logins().or(server::logins);
  }

  /** The database as polecats have it. */
  DoltDatabase polecats(DoltDatabase database) {
    return as(POLECAT_USER, database);
  }

  /** The database as the queue has it. */
  DoltDatabase queue(DoltDatabase database) {
    return as(QUEUE_USER, database);
  }

  /** The database as a role has it that writes main. */
  DoltDatabase main(DoltDatabase database, PolecatName role) {
    return logins.isEmpty()
        ? database
        : as(new ServerUser(ROLE_PREFIX + role, TABLES, COMMITTING, List.of("main")), database);
  }

  /** Where a polecat's password is; empty where there are no logins. */
  Optional<Path> polecatPassword() {
    return logins.map(known -> known.file(POLECAT));
  }

  private DoltDatabase as(ServerUser user, DoltDatabase database) {
    return logins.map(known -> database.as(login(known, user, database.name()))).orElse(database);
  }

  private Login login(Logins known, ServerUser user, DatabaseName database) {
    return server.logins().isPresent() ? server.admit(user, database) : known.login(user.name());
  }
}
