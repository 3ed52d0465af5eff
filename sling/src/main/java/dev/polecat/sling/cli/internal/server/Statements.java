package dev.polecat.sling.cli.internal.server;

import dev.polecat.core.Author;
import dev.polecat.core.BranchDataSource;
import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitMode;
import dev.polecat.sling.Rig;
import dev.polecat.sling.cli.internal.Console;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs SQL statements on a branch, in the name of whoever works there. */
final class Statements {
  private Statements() {}

  static void run(
      Rig rig,
      BranchName branch,
      Author author,
      boolean autoCommit,
      List<String> statements,
      Console console)
      throws SQLException {
    BranchSession session =
        BranchSession.of(author)
            .withCommitMode(autoCommit ? CommitMode.PER_TRANSACTION : CommitMode.EXPLICIT)
            .withCommitMessage(author.name() + ": write by hand");
    try (BranchDataSource source = rig.database().open(branch, session);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        if (statement.execute(sql)) {
          print(statement.getResultSet(), console);
        } else {
          console.line(statement.getUpdateCount() + " rows");
          console.document(Console.map("updated", statement.getUpdateCount()));
        }
      }
    }
  }

  private static void print(ResultSet found, Console console) throws SQLException {
    ResultSetMetaData columns = found.getMetaData();
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      names.add(columns.getColumnLabel(i));
    }
    List<List<String>> rows = new ArrayList<>();
    List<Map<String, @Nullable Object>> documents = new ArrayList<>();
    while (found.next()) {
      List<String> row = new ArrayList<>();
      Map<String, @Nullable Object> document = new LinkedHashMap<>();
      for (int i = 1; i <= names.size(); i++) {
        row.add(String.valueOf((Object) found.getString(i)).replaceAll("\\R", "\\\\n"));
        document.put(names.get(i - 1), found.getObject(i));
      }
      rows.add(row);
      documents.add(document);
    }
    console.table(names, rows);
    console.document(Console.map("rows", documents));
  }
}
