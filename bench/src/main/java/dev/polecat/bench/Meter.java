package dev.polecat.bench;

import dev.polecat.bench.compare.ProcessorTime;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts what a run costs that does not depend on what else the machine does. */
final class Meter {
  private static final String STATEMENTS = "statements";
  private static final String SERVER = "server CPU ms";
  private static final String CLIENT = "client CPU ms";

  private final DoltServer server;
  private final DoltDatabase database;
  private Map<String, Long> before = Map.of();

  /**
   * Makes a meter.
   *
   * @param server a managed server, in use by nobody else
   * @param database a database to ask it through
   */
  Meter(DoltServer server, DoltDatabase database) {
    this.server = server;
    this.database = database;
  }

  void start() throws SQLException {
    before = read();
  }

  /** What was used since the start. */
  Map<String, Long> used() throws SQLException {
    Map<String, Long> used = read();
    before.forEach((name, value) -> used.merge(name, -value, Long::sum));
    used.merge(STATEMENTS, -1L, Long::sum); // the one that asked
    return used;
  }

  private Map<String, Long> read() throws SQLException {
    Map<String, Long> read = new LinkedHashMap<>();
    read.put(SERVER, ProcessorTime.of(server).toMillis());
    read.put(CLIENT, ProcessorTime.ofThisJvm().toMillis());
    try (Connection connection = database.connect(BranchName.MAIN);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Questions'")) {
      row.next();
      read.put(STATEMENTS, row.getLong(2));
    }
    return read;
  }
}
