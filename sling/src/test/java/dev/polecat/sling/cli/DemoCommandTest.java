package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.polecat.sling.cli.internal.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DemoCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int demo(String... options) {
    return Main.commandLine(new Surroundings(Map.of(), directory))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(Stream.concat(Stream.of("demo"), Stream.of(options)).toArray(String[]::new));
  }

  private static List<String> keys(JsonNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void theReportHasTheFiguresAndNothingIsLost() throws IOException {
    Path file = directory.resolve("report.json");
    int exit =
        demo("--writers", "5", "--commits", "4", "--overlap", "50", "--report", file.toString());

    assertThat(exit).as(out.toString() + err).isZero();
    JsonNode report = new ObjectMapper().readTree(Files.readString(file));
    assertThat(keys(report))
        .containsExactlyInAnyOrder(
            "writers",
            "commitsPerWriter",
            "doltCommits",
            "merged",
            "parked",
            "conflictedRows",
            "cellsByPolicy",
            "lostWrites",
            "branchesLeft",
            "slingMillis",
            "writeMillis",
            "mergeMillis",
            "deleteMillis");
    assertThat(keys(report.get("cellsByPolicy")))
        .containsExactlyInAnyOrder("newest", "union", "max");
    assertThat(report.get("writers").asInt()).isEqualTo(5);
    assertThat(report.get("commitsPerWriter").asInt()).isEqualTo(4);
    assertThat(report.get("doltCommits").asInt()).isEqualTo(20);
    assertThat(report.get("merged").asInt()).isEqualTo(5);
    assertThat(report.get("parked").asInt()).isZero();
    // five writers share one contested bead: the first merge is clean, each other has one conflict
    assertThat(report.get("conflictedRows").asInt()).isEqualTo(4);
    for (String policy : List.of("newest", "union", "max")) {
      assertThat(report.get("cellsByPolicy").get(policy).asInt()).as(policy).isEqualTo(4);
    }
    assertThat(report.get("lostWrites").asInt()).isZero();
    assertThat(report.get("branchesLeft").asInt()).isZero();
    for (String time : List.of("slingMillis", "writeMillis", "mergeMillis", "deleteMillis")) {
      assertThat(report.get(time).isIntegralNumber()).as(time).isTrue();
      assertThat(report.get(time).asLong()).as(time).isBetween(0L, 120_000L);
    }
    assertThat(out.toString()).contains("Every acknowledged write is on main.");
  }

  @Test
  void asJsonItIsOneDocumentWithTheSameFigures() throws IOException {
    assertThat(demo("--writers", "2", "--commits", "1", "--json")).as(err.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(json.get("doltCommits").asInt()).isEqualTo(2);
    assertThat(json.get("findings")).isEmpty();
  }

  @Test
  void itRunsInAJvmOfItsOwnAndLeavesNothingBehind() throws Exception {
    OtherJvm.Ended ended =
        OtherJvm.run(
            directory,
            List.of(),
            List.of(Main.class.getName(), "demo", "--writers", "2", "--commits", "2"));

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("Every acknowledged write is on main.");
    try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("polecat-demo")))
          .isEmpty();
    }
  }

  @Test
  void wrongOptionsAreExitCodeTwoAndNamed() {
    for (String[] options :
        new String[][] {
          {"--writers", "0"},
          {"--writers", "501"},
          {"--writers", "many"},
          {"--commits", "0"},
          {"--commits", "1001"},
          {"--overlap", "-1"},
          {"--overlap", "101"},
          {"--report", directory.resolve("missing").resolve("report.json").toString()},
          {"--report", directory.toString()},
          {"--nonsense"}
        }) {
      err.getBuffer().setLength(0);
      assertThat(demo(options)).as(String.join(" ", options)).isEqualTo(2);
      assertThat(err.toString()).contains(options[0]);
    }
  }

  @Test
  void noCommandAtAllIsExitCodeTwoWithTheUsage() throws Exception {
    OtherJvm.Ended ended = OtherJvm.run(directory, List.of(), List.of(Main.class.getName()));

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.output()).contains("demo");
  }
}
