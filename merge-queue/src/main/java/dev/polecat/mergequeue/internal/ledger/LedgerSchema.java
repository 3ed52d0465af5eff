package dev.polecat.mergequeue.internal.ledger;

import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables of a ledger, in versions. They are never committed to Dolt: what is past is in the
 * history of main, and a ledger is looked at as it is now.
 */
final class LedgerSchema {
  private static final int LOCK_SECONDS = 60;

  /** One list of statements per version; each may be run again after a crash. */
  private static final List<List<String>> VERSIONS =
      List.of(
          List.of(
              """
              CREATE TABLE IF NOT EXISTS branches (
                rig VARCHAR(64) NOT NULL,
                branch VARCHAR(200) NOT NULL,
                state VARCHAR(20) NOT NULL,
                base CHAR(32) NOT NULL,
                sealed CHAR(32) NOT NULL,
                merged CHAR(32),
                priority INT NOT NULL,
                since DATETIME(6) NOT NULL,
                attempts INT NOT NULL,
                failing_since DATETIME(6) NULL,
                next_attempt DATETIME(6) NOT NULL,
                last_error LONGTEXT,
                lease_holder VARCHAR(200),
                lease_until DATETIME(6) NULL,
                document LONGTEXT NOT NULL,
                version CHAR(36) NOT NULL,
                PRIMARY KEY (rig, branch),
                KEY by_state (rig, state)
              )
              """,
              """
              CREATE TABLE IF NOT EXISTS pauses (
                rig VARCHAR(64) PRIMARY KEY,
                paused_by VARCHAR(500) NOT NULL,
                why LONGTEXT NOT NULL,
                since DATETIME(6) NOT NULL
              )
              """));

  private LedgerSchema() {}

  /** Brings the ledger to the newest version, if it is not there. Safe from many processes. */
  static void migrate(Connection connection, String name) throws SQLException {
    Sql.execute(connection, "CREATE TABLE IF NOT EXISTS ledger_version (version INT PRIMARY KEY)");
    if (version(connection) == VERSIONS.size()) {
      return;
    }
    String lock = "pql:" + name;
    if (Sql.one(connection, "SELECT GET_LOCK(?, " + LOCK_SECONDS + ")", row -> row.getInt(1), lock)
        != 1) {
      throw new SQLException(
          "Another process has been changing the ledger for " + LOCK_SECONDS + " s.", "40001");
    }
    try {
      int version = version(connection);
      if (version > VERSIONS.size()) {
        throw new SQLException(
            "Ledger "
                + name
                + " has version "
                + version
                + ", but this library knows only "
                + VERSIONS.size()
                + "; use a newer one.");
      }
      for (int next = version; next < VERSIONS.size(); next++) {
        for (String statement : VERSIONS.get(next)) {
          Sql.execute(connection, statement);
        }
        Sql.execute(connection, "REPLACE INTO ledger_version VALUES (" + (next + 1) + ")");
      }
    } finally {
      Sql.one(connection, "SELECT RELEASE_LOCK(?)", row -> row.getInt(1), lock);
    }
  }

  /** Asked without MAX: over an empty table with a key Dolt 1.86.4 answers that with no row. */
  private static int version(Connection connection) throws SQLException {
    return Sql.list(connection, "SELECT version FROM ledger_version", row -> row.getInt(1)).stream()
        .max(Integer::compare)
        .orElse(0);
  }
}
