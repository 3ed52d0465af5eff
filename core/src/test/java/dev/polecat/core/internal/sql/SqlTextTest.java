package dev.polecat.core.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SqlTextTest {
  @TestFactory
  Stream<DynamicTest> whatMovesAConnectionIsRefused() {
    return Stream.of(
            "USE other",
            "use `db/other`",
            "  \n\tUSE other",
            "/* harmless */ USE other",
            "-- harmless\nUSE other",
            "--\nUSE other",
            "--\tharmless\nUSE other",
            "# harmless\nUSE other",
            "/*!40101 USE other */",
            "/*! USE other */",
            "CALL DOLT_CHECKOUT('other')",
            "call dolt_checkout('other')",
            "CALL `DOLT_CHECKOUT`('other')",
            "CALL/**/DOLT_CHECKOUT('other')",
            "SELECT DOLT_CHECKOUT('other')",
            "SET @@db_head_ref = 'refs/heads/other'",
            "SET @@SESSION.`my-db_head_ref` = 'other'",
            "SET autocommit = 1",
            "set @@session.autocommit=0",
            "SET @a = 1, autocommit = 1",
            "SET\nautocommit = 1",
            "SET @a = 1,\n  autocommit = 1")
        .map(
            sql ->
                DynamicTest.dynamicTest(
                    sql.strip(),
                    () -> assertThat(SqlText.of(sql, "town").leavesBranch()).isNotEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> aWriteToAQualifiedTableIsRefused() {
    return Stream.of(
            "INSERT INTO `db/other`.t VALUES (1)",
            "INSERT INTO `db/other` . `t` VALUES (1)",
            "UPDATE `db/other`.t SET a = 1",
            "DELETE FROM `db/other`.t",
            "REPLACE INTO `db/other`.t VALUES (1)",
            "TRUNCATE TABLE `db/other`.t",
            "CREATE TABLE `db/other`.u (id INT)",
            "WITH x AS (SELECT 1) UPDATE `db/other`.t SET a = 1",
            "WITH x AS (SELECT 1) DELETE FROM `db/other`.t",
            "INSERT INTO `db/other`/* */.t VALUES (1)")
        .map(
            sql ->
                DynamicTest.dynamicTest(
                    sql, () -> assertThat(SqlText.of(sql, "town").leavesBranch()).isNotEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> aWriteToATableQualifiedWithItsDatabaseIsRefusedAsItWouldBeOnMain() {
    return Stream.of(
            "INSERT INTO db.t VALUES (1)",
            "INSERT INTO `db`.`t` VALUES (1)",
            "INSERT INTO`db`.t VALUES (1)",
            "insert ignore into db . t values (1)",
            "INSERT db.t VALUES (1)",
            "REPLACE db.t VALUES (1)",
            "UPDATE db.t SET a = 1",
            "UPDATE LOW_PRIORITY db.t SET a = 1",
            "DELETE FROM db.t",
            "DELETE\nFROM db.t",
            "WITH x AS (SELECT 1) DELETE FROM db.t",
            "TRUNCATE db.t",
            "TRUNCATE TABLE db.t",
            "CREATE TABLE db.u (id INT)",
            "CREATE TABLE IF NOT EXISTS db.u (id INT)",
            "ALTER TABLE db.t ADD c INT",
            "DROP TABLE IF EXISTS db.t",
            "CREATE UNIQUE INDEX i ON db.t (a)",
            "CREATE OR REPLACE VIEW db.v AS SELECT 1",
            "LOAD DATA LOCAL INFILE 'x' INTO TABLE db.t")
        .map(
            sql ->
                DynamicTest.dynamicTest(
                    sql,
                    () ->
                        assertThat(SqlText.of(sql, "town").leavesBranch())
                            .contains("main branch")));
  }

  @TestFactory
  Stream<DynamicTest> textThatOnlyLooksLikeItIsNotRefused() {
    return Stream.of(
            "INSERT INTO t VALUES ('USE other')",
            "INSERT INTO t VALUES ('CALL DOLT_CHECKOUT(1)')",
            "INSERT INTO t VALUES (\"CALL DOLT_CHECKOUT(1)\")",
            "INSERT INTO t VALUES ('it''s DOLT_CHECKOUT')",
            "INSERT INTO t VALUES ('it\\'s DOLT_CHECKOUT')",
            "INSERT INTO t VALUES ('`db/other`.t')",
            "UPDATE t SET v = 'SET autocommit = 1' WHERE id = 1",
            "/* DOLT_CHECKOUT */ INSERT INTO t VALUES (1)",
            "INSERT INTO t VALUES (1) -- DOLT_CHECKOUT",
            "INSERT INTO t VALUES (1) # DOLT_CHECKOUT",
            "SELECT * FROM `db/other`.t",
            "(SELECT * FROM `db/other`.t)",
            "WITH x AS (SELECT * FROM `db/other`.t) SELECT * FROM x",
            "SELECT user, use_count FROM used",
            "SET @autocommitted = 1",
            "UPDATE t SET autocommit = 1 WHERE id = 2",
            "INSERT INTO t SELECT 1 - -1",
            "INSERT INTO t SELECT a.id FROM db.a JOIN b ON a.id = b.id",
            "INSERT INTO t (a, b) VALUES (0.5, 1.5)",
            "UPDATE t SET t.a = 0.5 WHERE t.b = 1",
            "UPDATE t JOIN u ON t.id = u.id SET t.a = u.a",
            "DELETE FROM t WHERE t.a = 1",
            "DELETE FROM t WHERE id IN (SELECT id FROM db.u)",
            "CREATE VIEW v AS SELECT a.id FROM a JOIN b ON a.id = b.id",
            "CREATE TABLE u (id INT, CHECK (id > 0.5))",
            "INSERT INTO `a``b` VALUES (1)")
        .map(
            sql ->
                DynamicTest.dynamicTest(
                    sql, () -> assertThat(SqlText.of(sql, "town").leavesBranch()).isEmpty()));
  }

  @Test
  void onlyStatementsThatCannotMoveASessionAreTrustedToStay() {
    for (String sql :
        List.of("SELECT 1", "INSERT INTO t VALUES (1)", "BEGIN", "COMMIT", "DROP TABLE t")) {
      assertThat(SqlText.of(sql, "town").staysOnBranch()).as(sql).isTrue();
    }
    for (String sql :
        List.of("CALL p()", "SET @a = 1", "PREPARE s FROM 'x'", "EXECUTE s", "", ";")) {
      assertThat(SqlText.of(sql, "town").staysOnBranch()).as(sql).isFalse();
    }
  }

  @Test
  void theFirstWordIsFoundBehindBlanksAndComments() {
    assertThat(SqlText.of("\n /* a */ # b\n -- c\n select 1", "town").firstWord())
        .isEqualTo("SELECT");
    assertThat(SqlText.of("", "town").firstWord()).isEmpty();
    assertThat(SqlText.of("/* never closed", "town").firstWord()).isEmpty();
    assertThat(SqlText.of("'never closed", "town").firstWord()).isEmpty();
  }

  @Test
  void readsAreToldFromWrites() {
    for (String sql : List.of("select 1", "SHOW TABLES", "(SELECT 1)", "EXPLAIN SELECT 1")) {
      assertThat(SqlText.of(sql, "town").isRead()).as(sql).isTrue();
    }
    for (String sql : List.of("INSERT INTO t SELECT 1", "CALL p()", "REPLACE INTO t VALUES (1)")) {
      assertThat(SqlText.of(sql, "town").isRead()).as(sql).isFalse();
    }
  }

  @Test
  void theEndOfATransactionIsToldFromTheEndOfASavepoint() {
    for (String sql : List.of("COMMIT", "commit work", "ROLLBACK", "rollback work", "ROLLBACK;")) {
      assertThat(SqlText.of(sql, "town").endsTransaction()).as(sql).isTrue();
    }
    for (String sql :
        List.of("ROLLBACK TO a", "rollback work to savepoint a", "SAVEPOINT a", "BEGIN")) {
      assertThat(SqlText.of(sql, "town").endsTransaction()).as(sql).isFalse();
    }
  }
}
