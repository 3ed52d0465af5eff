package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class AuthorTest {
  private static final String MAIL = "a@example.org";

  @TestFactory
  Stream<DynamicTest> refusesNamesThatDoltWouldNotReadBack() {
    return Refused.each(
        "author name",
        "1 to 200 printable characters",
        name -> new Author(name, MAIL),
        List.of(
            "",
            " ",
            "a<b",
            "a>b",
            "a\nb",
            "a\0b",
            "a\u001bb",
            "a\u0085b",
            " a",
            "a ",
            "\u00a0a",
            "a".repeat(201)));
  }

  @TestFactory
  Stream<DynamicTest> refusesAddressesThatDoltWouldNotReadBack() {
    return Refused.each(
        "author email",
        "1 to 200 characters without blanks",
        email -> new Author("a", email),
        List.of("", "a b", "<a>", "a\n", "a\u0085", "a\u00a0", "a".repeat(201)));
  }

  @Test
  void refusesNull() {
    Refused.check("author name", "printable", name -> new Author(name, MAIL), null);
    Refused.check("author email", "without blanks", email -> new Author("a", email), null);
  }

  @Test
  void everyAcceptedAuthorIsReadBackFromDoltAsGiven(DoltDatabase database) throws Exception {
    try (Connection connection = database.connect(BranchName.MAIN);
        Statement statement = connection.createStatement()) {
      int table = 0;
      for (String name :
          List.of("toast", "O'Brien \"Bob\"; --", "-d", "--author=x", "Zoë 😀", "a".repeat(200))) {
        statement.execute("CREATE TABLE t" + table++ + " (id INT PRIMARY KEY)");
        database.commitAll(BranchName.MAIN, new Author(name, MAIL), "by " + name);
        try (ResultSet log =
            statement.executeQuery("SELECT committer, email FROM dolt_log LIMIT 1")) {
          assertThat(log.next()).isTrue();
          assertThat(log.getString(1)).isEqualTo(name);
          assertThat(log.getString(2)).isEqualTo(MAIL);
        }
      }
    }
  }
}
