package dev.polecat.sling.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.history.CommitInfo;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.UnknownTableException;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.TestRig;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files come to main whole or not at all, by the policies, and come out as they went in. */
@ExtendWith(DoltTestServer.class)
@Timeout(120)
class JsonlTest {
  private static final List<String> TABLES =
      List.of("issues", "comments", "dependencies", "labels");

  @TempDir private Path directory;
  private TestRig town;

  @BeforeEach
  void open(DoltDatabase database) {
    town = TestRig.withoutSchema(database, config -> config);
  }

  @AfterEach
  void close() {
    assertThat(town.rig().polecatBranches()).isEmpty();
    town.close();
  }

  private static Path real(String table) {
    try {
      return Path.of(JsonlTest.class.getResource("/jsonl/" + table + ".jsonl").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonlImport real() {
    JsonlImport all = JsonlImport.into(town.rig());
    for (String table : TABLES) {
      all = all.file(table, real(table));
    }
    return all;
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("t.jsonl"), String.join("\n", lines));
  }

  private JsonlImport into(String table, String... lines) throws IOException {
    return JsonlImport.into(town.rig()).file(table, file(lines));
  }

  private String exported(Revision at, String table) throws IOException {
    StringWriter out = new StringWriter();
    JsonlExport.of(town.rig().database()).write(at, table, out);
    return out.toString();
  }

  private void onMain(String... statements) {
    town.run(BranchName.MAIN, statements);
    town.run(BranchName.MAIN, "CALL DOLT_COMMIT('-Am', 'test')");
  }

  private List<String> messages() {
    try (Stream<CommitInfo> log = town.rig().history().log(Revision.MAIN)) {
      return log.map(CommitInfo::message).toList();
    }
  }

  @Test
  void theExportOfARealTownComesOutAsItWentIn() throws IOException {
    JsonlReport report = real().bootstrap().orElseThrow();

    assertThat(report.outcome()).isInstanceOf(MergeOutcome.Merged.class);
    assertThat(report.rows()).containsEntry("issues", 40L).containsEntry("comments", 14L);
    for (String table : TABLES) {
      assertThat(exported(Revision.MAIN, table)).isEqualTo(Files.readString(real(table)));
    }
    assertThat(town.rows("SELECT COUNT(*) FROM issues WHERE type = 'task' OR type = 'bug'"))
        .isNotEqualTo(List.of("0"));
    assertThat(real().run().outcome()).isInstanceOf(MergeOutcome.Merged.class);
    assertThat(exported(Revision.MAIN, "issues")).isEqualTo(Files.readString(real("issues")));
  }

  @Test
  void ofManyWhoFillAnEmptyRigAtOnceOneDoes() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<Optional<JsonlReport>>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Callable<Optional<JsonlReport>> fill = () -> real().bootstrap();
      all.add(threads.submit(fill));
    }
    int filled = 0;
    for (Future<Optional<JsonlReport>> one : all) {
      filled += one.get().isPresent() ? 1 : 0;
    }
    threads.shutdown();

    assertThat(filled).isOne();
    assertThat(messages()).filteredOn("Bootstrap from JSONL"::equals).hasSize(1);
    assertThat(town.rows("SELECT COUNT(*) FROM issues")).containsExactly("40");
  }

  @Test
  void theNewerWinsCellsNotNamedStayAndSoDoRowsNotNamed() throws IOException {
    town.rig().initSchema();
    onMain(
        "INSERT INTO issues (id, title, owner, labels, updated_at) VALUES"
            + " ('a', 'old', 'ann', '[\"x\"]', '2026-01-01'),"
            + " ('b', 'new', 'bob', NULL, '2026-06-01'), ('c', 'alone', NULL, NULL, NOW(6))");
    into(
            "issues",
            "{'id':'a','title':'newer','labels':['y'],'updated_at':'2026-02-01T00:00:00Z'}"
                .replace('\'', '"'),
            "",
            "{'id':'b','title':'older','updated_at':'2026-02-01T00:00:00Z'}".replace('\'', '"'),
            "{'id':'d','title':'more','estimate':[1,{'of':2.5}]}".replace('\'', '"'))
        .run();

    assertThat(town.rows("SELECT id, title, owner, labels FROM issues ORDER BY id"))
        .containsExactly(
            "a|newer|ann|[\"x\",\"y\"]", "b|new|bob|null", "c|alone|null|null", "d|more|null|null");
    assertThat(exported(Revision.MAIN, "issues"))
        .contains("{\"estimate\":[1,{\"of\":2.5}],\"id\":\"d\",\"title\":\"more\"}\n");
  }

  @Test
  void sinceACommitOnlyWhatTheFileChangedIsAChange() throws IOException {
    onMain("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT COMMENT 'merge=sum')");
    onMain("INSERT INTO t VALUES (1, 1, 10), (2, 2, 20)");
    Revision then = Revision.of(town.rig().database().head(BranchName.MAIN).orElseThrow());
    Path file = directory.resolve("since.jsonl");
    JsonlExport.of(town.rig().database()).write(then, "t", file);
    Files.writeString(file, Files.readString(file).replace("\"b\":20", "\"b\":25"));
    onMain("UPDATE t SET a = 7 WHERE id = 1", "UPDATE t SET b = 21 WHERE id = 2");
    JsonlImport all = JsonlImport.into(town.rig()).file("t", file);

    assertThatThrownBy(all::run)
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("b adds up");
    all.since(then).run();
    assertThat(town.rows("SELECT * FROM t ORDER BY id")).containsExactly("1|7|10", "2|2|26");
  }

  @Test
  void everyTypeIsKeptAndWhatAColumnWouldChangeIsKeptBesideIt() throws IOException {
    onMain(
        "CREATE TABLE t (id VARCHAR(20) PRIMARY KEY, n BIGINT, flag TINYINT(1), d DECIMAL(20,4),"
            + " f DOUBLE, j JSON, at DATETIME, ts TIMESTAMP(6) NULL, day DATE, tm TIME(6),"
            + " e ENUM('x','y'), bin VARBINARY(20), bits BIT(9), txt TEXT,"
            + " twice BIGINT AS (n * 2) STORED, extra JSON)");
    String[] lines = {
      "{'id':'a','n':9007199254740993,'flag':1,'d':12.3400,'f':0.1,'j':{'k':[1,null]},"
          + "'at':'2026-02-28T05:33:08Z','ts':'2026-02-28T05:33:08.123456Z','day':'2026-02-28',"
          + "'tm':'01:02:03.000000','e':'y','bin':'AP8=','bits':257,'txt':'\\u00e9\\n\\ud83d\\ude00'}",
      "{'id':'b','n':'12','flag':true,'d':'1.5','f':1e3,'at':'2026-02-28 06:33:08.9',"
          + "'ts':'2026-02-28T06:33:08+01:00','txt':[1,{'a':null}],'none':null,'j':null}",
      "{'id':10}",
      "{'id':9}"
    };
    List<String> wanted = Stream.of(lines).map(line -> line.replace('\'', '"')).toList();
    into("t", wanted.toArray(String[]::new)).run();

    List<String> got = exported(Revision.MAIN, "t").lines().toList();
    assertThat(got).hasSize(4);
    for (int i = 0; i < 2; i++) {
      assertThat(Json.same(json(got.get(i)), json(wanted.get(i)))).as(got.get(i)).isTrue();
    }
    assertThat(got.subList(2, 4)).containsExactly("{\"id\":9}", "{\"id\":10}");
    assertThat(town.rows("SELECT n, flag, d, at, ts FROM t WHERE id = 'b'").get(0))
        .startsWith("12|")
        .contains("1.5000")
        .contains("2026-02-28")
        .contains("05:33:08");
    onMain("UPDATE t SET n = 13 WHERE id = 'b'");
    assertThat(exported(Revision.MAIN, "t")).contains("\"n\":13,");
  }

  private static JsonNode json(String line) throws IOException {
    return Json.parse(line);
  }

  static Stream<Arguments> brokenLines() {
    return Stream.of(
        Arguments.of("{\"id\": 3", "expected close marker for Object (column 9)"),
        Arguments.of("[1]", "no JSON object"),
        Arguments.of("{\"id\": 3} x", "no JSON"),
        Arguments.of("{\"id\": 3, \"id\": 4}", "no JSON"),
        Arguments.of("{\"a\": 3}", "needs id"),
        Arguments.of("{\"id\": null}", "id does not fit"),
        Arguments.of("{\"id\": 1}", "its key is that of line 1"),
        Arguments.of("{\"id\": 3, \"c\": 1}", "no column c"),
        Arguments.of("{\"id\": 3, \"a\": \"x\"}", "a does not fit into column a int"),
        Arguments.of("{\"id\": 3, \"a\": 1.5}", "no whole number"),
        Arguments.of("{\"id\": 3, \"at\": \"soon\"}", "no point in time"),
        Arguments.of("{\"id\": 3, \"at\": \"2026-02-28T05:33:08.9Z\"}", "does not keep at"),
        Arguments.of("{\"id\": 3, \"a\": 99999999999}", "the server refuses it"),
        Arguments.of("{\"id\": 3, \"s\": \"too long for it\"}", "the server refuses it"),
        Arguments.of("{\"id\": 3, \"f\": 0.12345678901}", "does not keep f"));
  }

  @ParameterizedTest
  @MethodSource("brokenLines")
  void aBrokenLineIsNamedAndNothingIsImported(String line, String what) throws IOException {
    onMain(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, at DATETIME, s VARCHAR(5), f FLOAT,"
            + " updated_at DATETIME)");
    String before = String.join("\n", messages());
    JsonlImport broken = into("t", "{\"id\": 1}", "", "{\"id\": 2}", line, "{\"id\": 9}");

    assertThatThrownBy(broken::run)
        .isInstanceOfSatisfying(JsonlException.class, e -> assertThat(e.line()).isEqualTo(4))
        .hasMessageContaining("t.jsonl, line 4: ")
        .hasMessageContaining(what);
    assertThat(town.rows("SELECT * FROM t")).isEmpty();
    assertThat(String.join("\n", messages())).isEqualTo(before);
  }

  @Test
  void whatIsNoUtf8IsNotReplaced() throws IOException {
    town.rig().initSchema();
    Path file = directory.resolve("latin.jsonl");
    Files.write(
        file, "{\"id\":\"a\"}\n{\"id\":\"\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(JsonlImport.into(town.rig()).file("issues", file)::run)
        .isInstanceOf(JsonlException.class)
        .hasMessageContaining("no UTF-8");
  }

  @Test
  void tablesThatCannotBeImportedIntoAreRefusedBeforeAnythingIsWritten() throws IOException {
    onMain("CREATE TABLE k (a INT)");

    assertThatThrownBy(into("k", "{\"a\":1}")::run).hasMessageContaining("no primary key");
    assertThatThrownBy(into("nope", "{}")::run).isInstanceOf(UnknownTableException.class);
    assertThatThrownBy(JsonlImport.into(town.rig())::run).hasMessageContaining("at least one");
    Path missing = directory.resolve("missing.jsonl");
    onMain("CREATE TABLE t (id INT PRIMARY KEY)");
    assertThatThrownBy(JsonlImport.into(town.rig()).file("t", missing)::run)
        .hasMessageContaining("there is no such file");
  }

  @Test
  void tablesThatReferToOthersAreImported() throws IOException {
    onMain(
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "INSERT INTO parent VALUES (1)",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id))");

    JsonlReport report = into("child", "{\"id\":5,\"p\":1}").run();
    assertThat(report.outcome()).isInstanceOf(MergeOutcome.Merged.class);
    assertThat(town.rows("SELECT id, p FROM child")).containsExactly("5|1");
    assertThat(town.rows("SELECT id FROM parent")).containsExactly("1");
  }

  @Test
  void aFileIsAsBeforeUntilTheExportIsComplete() throws IOException {
    town.rig().initSchema();
    Path file = Files.writeString(directory.resolve("kept.jsonl"), "as before");
    JsonlExport export = JsonlExport.of(town.rig().database());

    assertThatThrownBy(() -> export.write(Revision.MAIN, "nope", file))
        .isInstanceOf(UnknownTableException.class);
    assertThat(file).hasContent("as before");
    assertThat(export.write(Revision.MAIN, "issues", file)).isZero();
    assertThat(file).isEmptyFile();
    Path plain = Files.writeString(directory.resolve("plain"), "");
    assertThat(Files.getPosixFilePermissions(file))
        .as("for whom any new file is")
        .isEqualTo(Files.getPosixFilePermissions(plain));
    assertThat(directory)
        .isDirectoryContaining(file::equals)
        .isDirectoryNotContaining("glob:**.unfinished");
  }

  @Test
  void anEarlierCommitAndUncommittedRowsAreExported() throws IOException {
    onMain("CREATE TABLE t (id INT PRIMARY KEY, a INT)", "INSERT INTO t VALUES (2, 1), (1, NULL)");
    Revision then = Revision.of(town.rig().database().head(BranchName.MAIN).orElseThrow());
    onMain("ALTER TABLE t ADD COLUMN b INT", "DELETE FROM t WHERE id = 2");
    town.run(BranchName.MAIN, "INSERT INTO t VALUES (3, 3, 3)");

    assertThat(exported(then, "t")).isEqualTo("{\"a\":null,\"id\":1}\n{\"a\":1,\"id\":2}\n");
    assertThat(exported(Revision.MAIN, "t")).isEqualTo("{\"a\":null,\"b\":null,\"id\":1}\n");
    assertThat(exported(Revision.working(BranchName.MAIN), "t"))
        .endsWith("{\"a\":3,\"b\":3,\"id\":3}\n");
    town.run(BranchName.MAIN, "CALL DOLT_RESET('--hard')");
  }
}
