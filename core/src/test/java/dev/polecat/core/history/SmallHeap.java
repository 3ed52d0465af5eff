package dev.polecat.core.history;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltServer;
import dev.polecat.core.Endpoint;
import java.util.stream.Stream;

/** Reads a whole diff in a JVM of its own, and says how many rows it had. */
final class SmallHeap {
  private SmallHeap() {}

  /** What the other process runs: port, database, range and table. */
  public static void main(String[] arguments) {
    Endpoint endpoint = new Endpoint("127.0.0.1", Integer.parseInt(arguments[0]), "root", "");
    try (DoltServer server = DoltServer.connect(endpoint);
        Stream<RowChange> rows =
            History.of(server.database(DatabaseName.of(arguments[1])))
                .diff(RevisionRange.parse(arguments[2]), arguments[3])) {
      System.out.println("rows " + rows.filter(row -> row.before().isEmpty()).count());
    }
  }
}
