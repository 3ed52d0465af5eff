package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was written as trailers is read as trailers, and nothing else is. */
class TrailersTest {
  private static Map<String, String> read(String message) {
    return Trailers.of(message).map();
  }

  @Test
  void whatIsWrittenIsRead() {
    Map<String, String> trailers = new LinkedHashMap<>();
    trailers.put("Polecat", "toast");
    trailers.put("Bead", "gt-42: with a colon");
    trailers.put("Empty", "");

    for (String subject : new String[] {"Merge branch toast", "Fix: it\n\nNote: a body"}) {
      String message = Trailers.message(subject, trailers);
      assertThat(read(message)).containsExactlyEntriesOf(trailers);
      assertThat(read(message.strip())).containsExactlyEntriesOf(trailers);
      assertThat(read(message.replace("\n", "\r\n"))).containsExactlyEntriesOf(trailers);
    }
  }

  @Test
  void onlyTheLastParagraphIsTakenAndOnlyIfAllItsLinesAreTrailers() {
    assertThat(read("Polecat: toast")).isEmpty();
    assertThat(read("Fix it\n\nPolecat: toast\nand more")).isEmpty();
    assertThat(read("Fix it\n\nPolecat: toast\n\nmore text")).isEmpty();
    assertThat(read("Fix it\nPolecat: toast")).isEmpty();
    assertThat(read("")).isEmpty();
    assertThat(read("Fix it\n\nsee http://x")).isEmpty();
    assertThat(read("Fix it\n\nBead: gt-1\n \t\nPolecat: toast"))
        .containsExactly(Map.entry("Polecat", "toast"));
  }

  @Test
  void keysAreFoundInAnyCaseAndTheLastOneCounts() {
    Trailers trailers = Trailers.of("x\n\nApproved-By: ann\nBead: gt-1\nApproved-By: bob");

    assertThat(trailers.get("approved-by")).contains("bob");
    assertThat(trailers.get("Polecat")).isEmpty();
    assertThat(trailers.all()).hasSize(3);
  }
}
