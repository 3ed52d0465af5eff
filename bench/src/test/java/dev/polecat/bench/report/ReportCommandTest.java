package dev.polecat.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.polecat.bench.Sections;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Run;
import dev.polecat.bench.report.Section.Point;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;

class ReportCommandTest {
  private static final Target TWICE = Target.atMost("twice at most", "ours", "floor", 2);
  private static final Target HALF = Target.atMost("half at most", "ours", "floor", 0.5);

  @TempDir Path out;

  @Test
  void theReportSaysWhatWasMeasuredInThreeFormats() throws Exception {
    assertThat(run(whole(10), whole(20))).isZero();

    JsonNode json = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    JsonNode point = json.at("/sections/0/points/0");
    assertThat(point.at("/ways/0/runs")).hasSize(3);
    assertThat(point.at("/targets/0/measured").asDouble()).isEqualTo(1.5);
    assertThat(point.at("/targets/0/reached").asBoolean()).isTrue();
    assertThat(point.at("/targets/1/reached").asBoolean()).isFalse();
    assertThat(json.at("/machine/dolt").asText()).isNotEmpty();

    String markdown = Files.readString(out.resolve("report.md"));
    assertThat(markdown)
        .contains("| twice at most | section, 10 writers | at most 2 | 1.50 | reached |")
        .contains("| half at most | section, 10 writers | at most 0.50 | 1.50 | not reached |")
        .contains("| 10 writers | floor | 20 ms | 10 ms | 30 ms | 0.67 x | retries 0 |")
        .contains("![A <title> & more](section.svg)");
    assertThat(out.resolve("section.svg")).content().startsWith("<svg");
  }

  @Test
  void thePageIsWellFormedAndNeedsNothingFromOutside() throws Exception {
    run(whole(10), whole(20), losing(30, Set.of("ours")));

    String page = Files.readString(out.resolve("report.html"));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(page.getBytes("UTF-8")));
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(1);
    for (String element : List.of("script", "link", "img", "image", "iframe", "object", "use")) {
      assertThat(document.getElementsByTagName(element).getLength()).as(element).isZero();
    }
    assertThat(references(document)).allMatch(value -> value.startsWith("url(#"));
    assertThat(page).doesNotContain("@import").doesNotContain("<!DOCTYPE svg");
  }

  @Test
  void aRunThatLostAWriteIsAFailureAndNotANumber() throws Exception {
    assertThat(run(losing(10, Set.of()))).isEqualTo(1);

    assertThat(Files.readString(out.resolve("report.md")))
        .contains("## Failures")
        .contains("- section, 10 writers: ours lost writes: row 7 is gone")
        .contains("| ours | FAILED |  |  |  | 1 of 3 runs lost writes, such as row 7 is gone |")
        .contains("| at most 2 | ours: row 7 is gone | not reached |");
  }

  @Test
  void aWayThatIsKnownToLoseFailsItsFiguresButNotTheReport() throws Exception {
    assertThat(run(losing(10, Set.of("ours")))).isZero();

    assertThat(Files.readString(out.resolve("report.md")))
        .contains("| ours | FAILED |")
        .doesNotContain("## Failures");
  }

  @Test
  void aRunThatFailsIsReportedAndTheOthersGoOn() throws Exception {
    Point failing =
        Point.of(
            "5 writers",
            5,
            () -> {
              throw new IOException("no <server>");
            },
            TWICE);

    assertThat(run(failing, whole(10))).isEqualTo(1);

    assertThat(Files.readString(out.resolve("report.html"))).contains("no &lt;server&gt;");
    assertThat(Files.readString(out.resolve("report.md"))).contains("1.50 | reached");
  }

  @Test
  void anUnknownSectionIsRefusedBeforeAnythingIsMeasured() {
    assertThat(ReportCommand.run(Sections.all(), "--only", "nonsense", "--out", out + "/none"))
        .isEqualTo(2);
    assertThat(out.resolve("none")).doesNotExist();
  }

  @Test
  void everySectionHasANameOfItsOwnAndGrowsWithTheSize() {
    List<Section> sections = Sections.all();

    assertThat(sections).extracting(Section::name).doesNotHaveDuplicates();
    assertThat(sections)
        .allSatisfy(
            section -> {
              assertThat(section.name()).matches("[a-z]+(-[a-z]+)*");
              assertThat(section.points().apply(Size.QUICK)).isNotEmpty();
              assertThat(section.points().apply(Size.FULL).size())
                  .isGreaterThanOrEqualTo(section.points().apply(Size.QUICK).size());
            });
  }

  private int run(Point... points) {
    Section section =
        new Section(
            "section",
            "A <title> & more",
            "How to read it.",
            Plot.millis("writers"),
            size -> List.of(points));
    return ReportCommand.run(List.of(section), "--size", "quick", "--out", out.toString());
  }

  private static Point whole(int x) {
    return Point.of(
        x + " writers", x, () -> new Measured("work", both(runs(15, 30, 45))), TWICE, HALF);
  }

  private static Point losing(int x, Set<String> mayLose) {
    List<Run> lost = new ArrayList<>(runs(15, 30));
    lost.add(new Run(45, Map.of(), "row 7 is gone"));
    return Point.of(x + " writers", x, () -> new Measured("work", both(lost), mayLose), TWICE);
  }

  private static Map<String, List<Run>> both(List<Run> ours) {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    runs.put("ours", ours);
    runs.put("floor", runs(10, 20, 30));
    return runs;
  }

  private static List<Run> runs(double... millis) {
    return Arrays.stream(millis)
        .mapToObj(each -> new Run(each, Map.of("retries", 0L), null))
        .toList();
  }

  /** The values of all attributes that can make a browser fetch something. */
  private static List<String> references(Document document) {
    List<String> found = new ArrayList<>();
    NodeList elements = document.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      NamedNodeMap attributes = ((Element) elements.item(i)).getAttributes();
      for (int j = 0; j < attributes.getLength(); j++) {
        String name = attributes.item(j).getNodeName();
        String value = attributes.item(j).getNodeValue();
        if (name.endsWith("href") || name.equals("src") || value.contains("url(")) {
          found.add(value);
        }
      }
    }
    return found;
  }
}
