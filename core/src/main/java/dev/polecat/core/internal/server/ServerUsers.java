package dev.polecat.core.internal.server;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.Endpoint;
import dev.polecat.core.Login;
import dev.polecat.core.ServerUser;
import dev.polecat.core.internal.sql.Accounts;
import dev.polecat.core.internal.sql.Connector;
import dev.polecat.core.internal.sql.Quoting;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The users of a secured server, made and granted by its administrator. Everything here can be done
 * again, by this process or another, without changing anything. Thread-safe.
 */
public final class ServerUsers {
  private record Admission(ServerUser user, DatabaseName database) {}

  private final Endpoint administrator;
  private final PasswordDirectory passwords;
  private final Map<Admission, Login> admitted = new ConcurrentHashMap<>();

  public ServerUsers(Endpoint administrator, Path passwordDirectory) {
    this.administrator = administrator;
    this.passwords = new PasswordDirectory(passwordDirectory);
  }

  /**
   * Takes from everybody but the administrator what Dolt allows to all: writing any branch, and
   * making new ones. {@code dolt_branch_control} is one table for all databases.
   *
   * @param statement in any database; the administrator has its own row there already
   */
  public static void shutDoor(Statement statement) throws SQLException {
    statement.execute(
        """
        DELETE FROM dolt_branch_control
        WHERE `database` = '%' AND branch = '%' AND user = '%' AND host = '%'
        """);
    statement.execute(
        "INSERT IGNORE INTO dolt_branch_namespace_control VALUES ('%', '%', 'root', '%')");
  }

  /** Lets a user into a database, as the user says; makes the user if there is none yet. */
  public Login admit(ServerUser user, DatabaseName database) {
    return admitted.computeIfAbsent(new Admission(user, database), this::admit);
  }

  private Login admit(Admission admission) {
    ServerUser user = admission.user();
    Login login = passwords.obtain(user.name());
    String account = Accounts.account(user.name());
    String database = Quoting.identifier(admission.database().value());
    try (Connection connection = Connector.open(administrator, admission.database().value());
        Statement statement = connection.createStatement()) {
      statement.execute(Accounts.create(login));
      statement.execute(Accounts.alter(login)); // the file is what counts
      statement.execute(
          "GRANT %s ON %s.* TO %s"
              .formatted(String.join(", ", user.privileges()), database, account));
      for (String procedure : user.procedures()) {
        statement.execute(
            "GRANT EXECUTE ON PROCEDURE %s.%s TO %s"
                .formatted(database, Quoting.identifier(procedure), account));
      }
      for (String branches : user.branches()) {
        statement.execute(
            "INSERT IGNORE INTO dolt_branch_control VALUES ('%%', '%s', '%s', '%%', 'write')"
                .formatted(branches, user.name()));
      }
      return login;
    } catch (SQLException e) {
      throw new DoltSqlException(
          "admit user "
              + user.name()
              + " to database "
              + admission.database()
              + " at "
              + administrator,
          e);
    }
  }
}
