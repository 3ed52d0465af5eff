package dev.polecat.core.history;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltServer;
import dev.polecat.core.Endpoint;
import java.util.Objects;
import java.util.stream.Stream;

/** Reads a lot in a JVM of its own, and says how many rows it had. */
final class SmallHeap {
  private SmallHeap() {}

  /** What the other process runs: port, database, what to read, of which revisions and table. */
  public static void main(String[] arguments) {
    Endpoint endpoint = new Endpoint("127.0.0.1", Integer.parseInt(arguments[0]), "root", "");
    try (DoltServer server = DoltServer.connect(endpoint);
        Stream<?> rows =
            read(
                History.of(server.database(DatabaseName.of(arguments[1]))),
                arguments[2],
                arguments[3],
                arguments[4])) {
      System.out.println("rows " + rows.filter(Objects::nonNull).count());
    }
  }

  private static Stream<?> read(History history, String what, String revisions, String table) {
    return switch (what) {
      case "diff" -> history.diff(RevisionRange.parse(revisions), table);
      case "rows" -> history.rows(Revision.of(revisions), table);
      case "blame" -> history.blame(Revision.of(revisions), table);
      default -> throw new IllegalArgumentException(what);
    };
  }
}
