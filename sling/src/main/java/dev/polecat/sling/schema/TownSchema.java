package dev.polecat.sling.schema;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Policy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tables of seed 001, in versions, and the policies their columns are merged by.
 *
 * <p>Differences to the seed: times have microseconds, since newest-wins cannot tell apart two
 * changes in the same second; and {@code created_at}, {@code updated_at} and {@code sent_at}
 * default to the time of the write, {@code updated_at} also on change, so that a writer who forgets
 * them does not lose against an older change.
 */
public final class TownSchema {
  private static final String VERSION_TABLE = "town_schema_version";
  private static final String AUTHOR = "polecat <polecat@polecat.local>";

  /** Statements can be run again; columns are added where they are missing. */
  private record Version(
      int number, List<String> tables, List<String> statements, List<NewColumn> columns) {}

  private record NewColumn(String table, String name, String type) {}

  private static final List<Version> VERSIONS =
      List.of(
          new Version(
              1,
              List.of("issues", "mail", "channels"),
              List.of(
                  """
                  CREATE TABLE IF NOT EXISTS issues (
                    id VARCHAR(64) PRIMARY KEY,
                    type VARCHAR(32),
                    title TEXT,
                    description TEXT,
                    status VARCHAR(32),
                    priority INT,
                    owner VARCHAR(255),
                    assignee VARCHAR(255),
                    labels JSON,
                    parent VARCHAR(64),
                    created_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
                    updated_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6)
                      ON UPDATE CURRENT_TIMESTAMP(6),
                    closed_at TIMESTAMP(6) NULL
                  )
                  """,
                  """
                  CREATE TABLE IF NOT EXISTS mail (
                    id VARCHAR(64) PRIMARY KEY,
                    thread_id VARCHAR(64),
                    from_addr VARCHAR(255),
                    to_addrs JSON,
                    subject TEXT,
                    body TEXT,
                    sent_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
                    read_at TIMESTAMP(6) NULL
                  )
                  """,
                  """
                  CREATE TABLE IF NOT EXISTS channels (
                    id VARCHAR(64) PRIMARY KEY,
                    name VARCHAR(255),
                    type VARCHAR(32),
                    config JSON,
                    created_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6)
                  )
                  """),
              List.of()),
          new Version(
              2,
              List.of("issues", "mail", "channels", "comments", "dependencies", "labels"),
              List.of(
                  """
                  CREATE TABLE IF NOT EXISTS comments (
                    id VARCHAR(64) PRIMARY KEY,
                    issue_id VARCHAR(64),
                    author VARCHAR(255),
                    text LONGTEXT,
                    created_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
                    extra JSON
                  )
                  """,
                  """
                  CREATE TABLE IF NOT EXISTS dependencies (
                    issue_id VARCHAR(64),
                    depends_on_id VARCHAR(64),
                    type VARCHAR(32),
                    created_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
                    created_by VARCHAR(255),
                    extra JSON,
                    PRIMARY KEY (issue_id, depends_on_id)
                  )
                  """,
                  """
                  CREATE TABLE IF NOT EXISTS labels (
                    issue_id VARCHAR(64),
                    label VARCHAR(255),
                    extra JSON,
                    PRIMARY KEY (issue_id, label)
                  )
                  """),
              List.of(
                  new NewColumn("issues", "extra", "JSON"),
                  new NewColumn("mail", "extra", "JSON"),
                  new NewColumn("channels", "extra", "JSON"))));

  private static final ConflictPolicies POLICIES =
      ConflictPolicies.builder()
          .table(
              "issues",
              issues ->
                  issues
                      .column("labels", Policy.union())
                      .column("updated_at", Policy.max())
                      .otherwise(Policy.newest("updated_at")))
          .table(
              "mail",
              mail ->
                  mail.column("to_addrs", Policy.union())
                      .column("read_at", Policy.max())
                      .otherwise(Policy.newest("sent_at")))
          .table("channels", channels -> channels.otherwise(Policy.newest("created_at")))
          .table("comments", comments -> comments.otherwise(Policy.newest("created_at")))
          .table("dependencies", needs -> needs.otherwise(Policy.newest("created_at")))
          .table("labels", labels -> labels.otherwise(Policy.theirs()))
          .build();

  private TownSchema() {}

  /**
   * The policies of the town's tables, on top of the general default (seed 001: newest, arrays
   * union, counters max). Issues go by {@code updated_at}, mail by {@code sent_at}, and channels,
   * comments and dependencies by {@code created_at}, the only times they have; labels have none,
   * and nothing to be changed but what an import kept.
   *
   * @return the policies
   */
  public static ConflictPolicies policies() {
    return POLICIES;
  }

  /**
   * The newest version this library knows.
   *
   * @return 1 or more
   */
  public static int latestVersion() {
    return VERSIONS.get(VERSIONS.size() - 1).number();
  }

  /**
   * Brings a database's main to the newest version, each step a Dolt commit. Does nothing where it
   * is there already; safe to call from many processes at once, and again after a crash. Other
   * tables, and rows others have not committed, are left alone.
   *
   * @param database the database
   * @throws DoltSqlException if the server refuses, the schema is newer than this library, or a
   *     table that is to get a column has uncommitted rows
   */
  public static void migrate(DoltDatabase database) {
    try (Connection connection = database.connect(BranchName.MAIN)) {
      String lock = "pqs:" + database.name();
      if (first(connection, "SELECT GET_LOCK(?, 60)", lock) != 1) {
        throw new SQLException("Another process has been changing the schema for 60 s.", "40001");
      }
      int version = version(connection);
      if (version > latestVersion()) {
        throw new SQLException(
            "It has version "
                + version
                + ", but this library knows only "
                + latestVersion()
                + "; use a newer one.");
      }
      for (Version next : VERSIONS) {
        if (next.number() > version) {
          apply(connection, next);
        }
      }
    } catch (SQLException e) {
      throw new DoltSqlException("bring the town schema of " + database + " up to date", e);
    }
  }

  /** The committed version: what a crash left uncommitted is applied again. */
  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet tables = statement.executeQuery("SHOW TABLES AS OF 'HEAD'")) {
      boolean found = false;
      while (tables.next()) {
        found |= tables.getString(1).equals(VERSION_TABLE);
      }
      if (!found) {
        return 0;
      }
    }
    return first(
        connection, "SELECT COALESCE(MAX(version), 0) FROM " + VERSION_TABLE + " AS OF 'HEAD'");
  }

  /** A table is committed as a whole: rows in the middle of somebody's work would be, too. */
  private static void requireNoRows(Connection connection, Version version) throws SQLException {
    Set<String> altered = new TreeSet<>();
    version.columns().forEach(column -> altered.add(column.table()));
    try (Statement statement = connection.createStatement();
        ResultSet changed =
            statement.executeQuery(
                "SELECT to_table_name FROM dolt_diff_summary('HEAD', 'WORKING')"
                    + " WHERE diff_type = 'modified' AND data_change")) {
      while (changed.next()) {
        String table = changed.getString(1);
        if (altered.contains(table)) {
          throw new SQLException(
              "Table "
                  + table
                  + " is to get a column, and has rows on main that somebody has not committed."
                  + " Commit or reset them, and try again.");
        }
      }
    }
  }

  private static void apply(Connection connection, Version version) throws SQLException {
    requireNoRows(connection, version);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + VERSION_TABLE
              + " (version INT PRIMARY KEY, applied_at TIMESTAMP(6) NOT NULL)");
      for (String sql : version.statements()) {
        statement.execute(sql);
      }
      for (NewColumn column : version.columns()) {
        add(statement, column);
      }
      statement.execute(
          "REPLACE INTO " + VERSION_TABLE + " VALUES (" + version.number() + ", NOW(6))");
    }
    for (String table : version.tables()) {
      call(connection, "CALL DOLT_ADD(?)", table);
    }
    call(connection, "CALL DOLT_ADD(?)", VERSION_TABLE);
    call(
        connection,
        "CALL DOLT_COMMIT('-m', ?, '--author', ?)",
        "Town schema version " + version.number(),
        AUTHOR);
  }

  private static void add(Statement statement, NewColumn column) throws SQLException {
    boolean missing;
    try (ResultSet found =
        statement.executeQuery(
            "SHOW COLUMNS FROM " + column.table() + " LIKE '" + column.name() + "'")) {
      missing = !found.next();
    }
    if (missing) {
      statement.execute(
          "ALTER TABLE " + column.table() + " ADD COLUMN " + column.name() + " " + column.type());
    }
  }

  private static void call(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  private static int first(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }
}
