package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class EndpointTest {
  private static final String SECRET = "s3cret";

  @TestFactory
  Stream<DynamicTest> refusesHostsThatWouldChangeTheConnectionString() {
    return Refused.each(
        "host",
        "Give a host name or an address",
        host -> new Endpoint(host, 3307, "root", SECRET),
        List.of(
            "",
            " ",
            "a b",
            "a/b",
            "a?b",
            "a,b",
            "a(b)",
            "a@b",
            "a%b",
            "'a'",
            "a#b",
            "ü",
            "a\nb",
            "a".repeat(300)));
  }

  @TestFactory
  Stream<DynamicTest> refusesUsersThatAreNone() {
    return Refused.each(
        "user",
        "at most 32 characters",
        user -> new Endpoint("db.example.org", 3307, user, SECRET),
        List.of("", " ", "a b", "a'b", "a`b", "a:b", "a%", "ü", "a\nb", "a".repeat(33)));
  }

  @TestFactory
  Stream<DynamicTest> refusesPortsThatDoNotExist() {
    return Refused.each(
        "port",
        "1 to 65535",
        port -> Endpoint.local(Integer.parseInt(port)),
        List.of("-1", "0", "65536"));
  }

  @Test
  void refusesNull() {
    Refused.check("host", "host name", host -> new Endpoint(host, 1, "root", SECRET), null);
    Refused.check("user", "32 characters", user -> new Endpoint("a", 1, user, SECRET), null);
  }

  @Test
  void refusesAnEmptyPasswordUnlessTheHostIsLoopback() {
    for (String loopback : List.of("127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]")) {
      assertThat(new Endpoint(loopback, 3307, "root", "").host()).isEqualTo(loopback);
    }
    for (String other :
        List.of(
            "10.0.0.1",
            "0.0.0.0",
            "db.example.org",
            "localhost.example.org",
            "127.0.0.1.example.org",
            "dead.beef",
            "::2")) {
      assertThatExceptionOfType(InvalidNameException.class)
          .isThrownBy(() -> new Endpoint(other, 3307, "root", ""))
          .withMessageContainingAll("password", "loopback only", "root at " + other + ":3307");
    }
  }

  @Test
  void neverShowsThePassword() {
    Endpoint endpoint = new Endpoint("db.example.org", 3307, "root", SECRET);
    assertThat(endpoint.toString()).isEqualTo("root@db.example.org:3307");
    assertThat(endpoint.jdbcUrl(DatabaseName.of("hq"), BranchName.of("a/b")))
        .isEqualTo("jdbc:mysql://db.example.org:3307/hq/a/b");
  }

  @Test
  void isTheSeedsUserOnLoopbackByDefault() {
    assertThat(Endpoint.local(Endpoint.DEFAULT_PORT))
        .isEqualTo(new Endpoint("127.0.0.1", 3307, "root", ""));
  }
}
