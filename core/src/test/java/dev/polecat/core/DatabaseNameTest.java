package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.testing.DoltTestServer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class DatabaseNameTest {
  private static final String KIND = "database name";
  private static final String RULE = "Use a lower-case letter";

  @TestFactory
  Stream<DynamicTest> refusesWhatIsHostileInSqlPathsAndUrls() {
    return Refused.each(KIND, RULE, DatabaseName::of);
  }

  @TestFactory
  Stream<DynamicTest> refusesBranchesDirectoriesAndTheServersOwnDatabases() {
    return Refused.each(
        KIND,
        RULE,
        DatabaseName::of,
        List.of(
            "a/b",
            "a.b",
            ".dolt",
            "1a",
            "_a",
            "mysql",
            "sys",
            "information_schema",
            "dolt",
            "performance_schema",
            "dolt_cluster"));
  }

  @Test
  void refusesNull() {
    Refused.check(KIND, RULE, DatabaseName::of, null);
  }

  @Test
  void refusesOneCharacterMoreThanTheLimit() {
    Refused.check(KIND, RULE, DatabaseName::of, "a".repeat(DatabaseName.MAX_LENGTH + 1));
  }

  @Test
  void everyAcceptedNameIsADatabaseOfItsOwnInDolt(DoltServer server) {
    for (String name :
        List.of("hq", "gas-town", "beads_2", "select", "a".repeat(DatabaseName.MAX_LENGTH))) {
      DoltDatabase database = server.database(DatabaseName.of(name));
      assertThat(server.databases()).contains(name);
      assertThat(database.head(BranchName.MAIN)).isPresent();
      assertThat(database.name()).hasToString(name);
    }
  }
}
