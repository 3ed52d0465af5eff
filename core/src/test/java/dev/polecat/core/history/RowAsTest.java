package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A row becomes a record without loss, or the column that does not fit is named. */
@ExtendWith(DoltTestServer.class)
class RowAsTest {
  enum Status {
    OPEN,
    DONE
  }

  record Point(int x, int y) {}

  record Everything(
      int id,
      boolean isDone,
      BigDecimal price,
      double ratio,
      float small,
      LocalDate day,
      LocalDateTime createdAt,
      LocalTime clock,
      Status status,
      UUID uuid,
      byte[] data,
      List<String> labels,
      Point place,
      Map<String, Object> extra,
      Optional<String> note,
      @Nullable Long parent,
      BigInteger big,
      Object anything) {}

  record InUtc(Instant at, @Nullable Instant never) {}

  @Test
  void pointsInTimeAreThoseInUtc(DoltDatabase database) {
    new Branches(database)
        .commit(
            "main",
            "CREATE TABLE t (id INT PRIMARY KEY, at TIMESTAMP(6), never DATETIME)",
            "INSERT INTO t VALUES (1, '2026-01-02 03:04:05.000006', NULL)");
    try (Stream<Row> rows = History.of(database).rows(Revision.MAIN, "t")) {
      assertThat(rows.map(row -> row.as(InUtc.class)))
          .containsExactly(new InUtc(Instant.parse("2026-01-02T03:04:05.000006Z"), null));
    }
  }

  @Test
  void columnsOfAllTypesBecomeComponents(DoltDatabase database) {
    Branches on = new Branches(database);
    on.commit(
        "main",
        "CREATE TABLE t (ID INT PRIMARY KEY, is_done TINYINT(1), price DECIMAL(9,2), ratio DOUBLE,"
            + " small FLOAT, day DATE, created_at DATETIME(6), clock TIME, status VARCHAR(9),"
            + " uuid CHAR(36), data VARBINARY(9), labels JSON, place JSON, extra JSON, note TEXT,"
            + " parent BIGINT, big BIGINT UNSIGNED, anything INT, not_asked_for INT)",
        "INSERT INTO t VALUES (7, 1, 1.50, 0.1, 1.1, '2026-01-02', '2026-01-02 03:04:05.000006',"
            + " '23:59:58', 'DONE', '00000000-0000-0001-0000-000000000002', x'00ff', '[\"a\",\"b\"]',"
            + " '{\"x\":1,\"y\":2}', '{\"k\":[1]}', NULL, NULL, 18446744073709551615, 3, 4)");

    try (Stream<Row> rows = History.of(database).rows(Revision.MAIN, "t")) {
      Everything all = rows.findFirst().orElseThrow().as(Everything.class);
      assertThat(all)
          .usingRecursiveComparison()
          .isEqualTo(
              new Everything(
                  7,
                  true,
                  new BigDecimal("1.50"),
                  0.1,
                  1.1f,
                  LocalDate.of(2026, 1, 2),
                  LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6_000),
                  LocalTime.of(23, 59, 58),
                  Status.DONE,
                  new UUID(1, 2),
                  new byte[] {0, (byte) 0xff},
                  List.of("a", "b"),
                  new Point(1, 2),
                  Map.of("k", List.of(1)),
                  Optional.empty(),
                  null,
                  new BigInteger("18446744073709551615"),
                  3L));
    }
  }

  @Test
  void bothSidesOfAChangeBecomeRecords(DoltDatabase database) {
    Branches on = new Branches(database);
    on.commit("main", "CREATE TABLE t (x INT PRIMARY KEY, y INT)", "INSERT INTO t VALUES (1, 1)");
    on.fork("toast", "UPDATE t SET y = 2");

    try (Stream<RowChange> changes =
        History.of(database).diff(RevisionRange.parse("main...toast"), "t")) {
      RowChange change = changes.findFirst().orElseThrow();
      assertThat(change.beforeAs(Point.class)).contains(new Point(1, 1));
      assertThat(change.afterAs(Point.class)).contains(new Point(1, 2));
    }
  }

  record Tiny(byte v) {}

  record Whole(int v) {}

  record Real(float v) {}

  record Truth(boolean v) {}

  record Text(String v) {}

  record Choice(Status v) {}

  record Parsed(Point v) {}

  record Moment(LocalDateTime v) {}

  record Strict(int v) {
    Strict {
      if (v > 1) {
        throw new IllegalArgumentException("too many");
      }
    }
  }

  private static void refuses(Class<? extends Record> type, @Nullable Object value) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("v", value);
    assertThatThrownBy(() -> new Row(values).as(type))
        .isInstanceOf(RowMappingException.class)
        .hasMessageContaining("Column v does not fit")
        .hasMessageContaining(type.getSimpleName() + ".v");
  }

  @Test
  void whatDoesNotFitIsRefusedByTheNameOfItsColumn() {
    refuses(Tiny.class, 128L);
    refuses(Whole.class, null);
    refuses(Whole.class, "12");
    refuses(Whole.class, new BigDecimal("1.5"));
    refuses(Whole.class, 1L << 40);
    refuses(Real.class, 0.1234567890123);
    refuses(Real.class, (1L << 24) + 1);
    refuses(Truth.class, 2L);
    refuses(Text.class, 2L);
    refuses(Choice.class, "open");
    refuses(Parsed.class, "{\"x\":1,\"z\":2}");
    refuses(Parsed.class, "no json");
    refuses(Moment.class, LocalDate.of(2026, 1, 2));
  }

  @Test
  void aRecordWithoutItsColumnOrWithTwoIsRefusedAndSoIsWhatItsConstructorRefuses() {
    assertThatThrownBy(() -> new Row(Map.of("w", 1L)).as(Whole.class))
        .isInstanceOf(RowMappingException.class)
        .hasMessageContaining("Component v of Whole");
    assertThatThrownBy(() -> new Row(Map.of("v", 1L, "_v", 2L)).as(Whole.class))
        .isInstanceOf(RowMappingException.class)
        .hasMessageContaining("_v");
    assertThatThrownBy(() -> new Row(Map.of("v", 2L)).as(Strict.class))
        .isInstanceOf(RowMappingException.class)
        .hasMessageContaining("too many");
    assertThat(new Row(Map.of("v", 2L)).get("V")).isEqualTo(2L);
    assertThatThrownBy(() -> new Row(Map.of("v", 2L)).get("w"))
        .isInstanceOf(RowMappingException.class)
        .hasMessageContaining("w");
  }
}
