package dev.polecat.sling.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.sling.TestRig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is written through the SQL objects is what is read. */
@ExtendWith(DoltTestServer.class)
class RecordsTest {
  private static final String TEXT =
      "naïve \"quotes\" 'and' \\ 名前 \uD83D\uDE3A\nline two :id ? {x}";
  private static final Instant AT = Instant.parse("2026-07-01T23:59:59.123456Z");

  private TestRig test;
  private Issues issues;
  private Mails mails;
  private Channels channels;

  @BeforeEach
  void open(DoltDatabase database) {
    test = TestRig.of(database);
    Jdbi jdbi = test.rig().main().jdbi();
    issues = jdbi.onDemand(Issues.class);
    mails = jdbi.onDemand(Mails.class);
    channels = jdbi.onDemand(Channels.class);
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void anIssueComesBackAsItWas() {
    Issue issue =
        new Issue(
            "gt-1",
            "bug",
            TEXT,
            TEXT.repeat(50),
            "open",
            -3,
            "ö",
            "toast",
            List.of("a", TEXT, ""),
            "gt-0",
            AT,
            AT.plusNanos(1_000),
            AT.plusSeconds(1));
    issues.insert(issue);

    assertThat(issues.find("gt-1")).contains(issue);
    assertThat(issues.list()).containsExactly(issue);
    assertThat(issues.find("gt-2")).isEmpty();
  }

  @Test
  void anIssueOfNothingButAnIdGetsItsTimesFromTheServer() {
    Issue bare =
        new Issue("gt-1", null, null, null, null, null, null, null, null, null, null, null, null);
    Instant before = Instant.now().minusSeconds(60);
    issues.insert(bare);
    Issue found = issues.find("gt-1").orElseThrow();

    assertThat(found.labels()).isEmpty();
    assertThat(found.title()).isNull();
    assertThat(found.priority()).isNull();
    assertThat(found.createdAt()).isBetween(before, Instant.now().plusSeconds(60));
    assertThat(found.updatedAt()).isEqualTo(found.createdAt());
    assertThat(found.closedAt()).isNull();
  }

  @Test
  void everyChangeOfAnIssueMovesItsTime() {
    Issue old =
        new Issue("gt-1", "task", "t", null, "open", 2, null, null, List.of(), null, AT, AT, null);
    issues.insert(old);
    Instant last = AT;
    for (Function<Issues, Boolean> change :
        List.<Function<Issues, Boolean>>of(
            all -> all.setStatus("gt-1", "in_progress"),
            all -> all.assign("gt-1", "toast"),
            all -> all.setTitle("gt-1", TEXT),
            all -> all.addLabel("gt-1", TEXT),
            all -> all.close("gt-1"))) {
      assertThat(change.apply(issues)).isTrue();
      Instant now = issues.find("gt-1").orElseThrow().updatedAt();
      assertThat(now).isAfter(last);
      last = now;
    }
    Issue found = issues.find("gt-1").orElseThrow();
    assertThat(found.status()).isEqualTo("closed");
    assertThat(found.assignee()).isEqualTo("toast");
    assertThat(found.title()).isEqualTo(TEXT);
    assertThat(found.labels()).containsExactly(TEXT);
    assertThat(found.closedAt()).isNotNull();
    assertThat(found.createdAt()).isEqualTo(AT);
  }

  @Test
  void aLabelIsAddedOnce() {
    issues.insert(Issue.open("gt-1", "t"));

    assertThat(issues.addLabel("gt-1", "ü\"'")).isTrue();
    assertThat(issues.addLabel("gt-1", "ü\"'")).isFalse();
    assertThat(issues.addLabel("none", "a")).isFalse();
    assertThat(issues.find("gt-1").orElseThrow().labels()).containsExactly("ü\"'");
  }

  @Test
  void recordsDoNotShareTheCallersLists() {
    List<String> labels = new ArrayList<>(List.of("a"));
    Mail mail = new Mail("m", null, null, labels, null, null, null, null);
    labels.add("b");

    assertThat(mail.toAddrs()).containsExactly("a");
  }

  @Test
  void aMailComesBackAsItWasAndIsReadOnce() {
    Mail mail = new Mail("m-1", "th", "mayor", List.of("toast", TEXT), TEXT, TEXT, AT, null);
    mails.send(mail);
    mails.send(new Mail("m-0", null, null, List.of(TEXT), null, null, AT.minusSeconds(1), null));

    assertThat(mails.find("m-1")).contains(mail);
    assertThat(mails.inbox(TEXT)).extracting(Mail::id).containsExactly("m-0", "m-1");
    assertThat(mails.inbox("toas")).isEmpty();
    assertThat(mails.markRead("m-1")).isTrue();
    assertThat(mails.markRead("m-1")).isFalse();
    assertThat(mails.find("m-1").orElseThrow().readAt()).isNotNull();
  }

  @Test
  void aChannelComesBackAsItWas() {
    Channel channel = new Channel("c-1", TEXT, "broadcast", "{\"k\":[1,\"ü\"]}", AT);
    channels.insert(channel);

    assertThat(channels.find("c-1")).contains(channel);
    assertThat(channels.list()).containsExactly(channel);
  }
}
