package dev.polecat.sling;

import dev.polecat.core.Login;
import dev.polecat.core.Logins;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.testing.TestRows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.UnaryOperator;

/** A town with passwords and one rig, and plain SQL under any of its logins. */
final class SecuredTown implements AutoCloseable {
  private final Town town;
  private final Rig rig;

  private SecuredTown(Town town) {
    this.town = town;
    this.rig = town.rig("gastown").initSchema();
  }

  static ManagedServerConfig server(Path directory) {
    return ManagedServerConfig.builder(directory).port(0).secured(true).build();
  }

  static SecuredTown in(Path directory) {
    return in(directory, config -> config);
  }

  static SecuredTown in(Path directory, UnaryOperator<TownConfig> change) {
    return new SecuredTown(Town.open(change.apply(TownConfig.managed(server(directory)))));
  }

  Town town() {
    return town;
  }

  Rig rig() {
    return rig;
  }

  Logins logins() {
    return town.server().logins().orElseThrow();
  }

  /** A plain connection of a user, to nothing in particular if the path is empty. */
  Connection connect(String user, String path) throws SQLException {
    Login login = logins().login(user);
    return DriverManager.getConnection(
        "jdbc:mysql://" + town.server().endpoint().authority() + "/" + path,
        login.user(),
        login.password());
  }

  void run(String user, String path, String... statements) throws SQLException {
    try (Connection connection = connect(user, path);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The rows as root sees them, each as its columns joined by {@code |}. */
  List<String> rows(String query) {
    try (Connection connection = connect("root", "gastown/main")) {
      return TestRows.of(connection, query);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    town.close();
  }
}
