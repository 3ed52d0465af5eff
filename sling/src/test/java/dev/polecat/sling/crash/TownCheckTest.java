package dev.polecat.sling.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The check after a crash sees each of the things it is there for. */
@DisabledOnOs(OS.WINDOWS)
class TownCheckTest {
  private static final String ROUND = "r1";
  private static final String BRANCH = "polecat-r1a-0-now";
  private static final Evidence.Write WRITE =
      new Evidence.Write("w", BRANCH, "r1-s0", 7, "2026-11-21 10:00:00.000001");

  @TempDir private Path directory;
  private CrashTown town;
  private Acks acks;
  private Connection connection;
  private Statement sql;

  /** One write, acknowledged, done and merged. */
  @BeforeEach
  void mergeOneWrite() throws Exception {
    town = CrashTown.open();
    acks = new Acks(directory, "r1a");
    connection = town.server().connect(CrashTown.RIG);
    sql = connection.createStatement();
    sql.execute(CrashTables.addShared(Round.shared(ROUND)));
    sql.execute("CALL DOLT_COMMIT('-Am', 'shared rows')");
    sql.execute("CALL DOLT_BRANCH('start')");
    sql.execute("CALL DOLT_CHECKOUT('-b', '" + BRANCH + "')");
    Jdbi.create(connection).useHandle(handle -> CrashTables.write(handle, WRITE));
    sql.execute("CALL DOLT_COMMIT('-Am', 'write')");
    acks.note(Acks.Kind.SLUNG, BRANCH, "base", "PER_TRANSACTION");
    acks.note(Acks.Kind.TRY, WRITE.id(), WRITE.branch(), WRITE.shared(), WRITE.value(), WRITE.at());
    acks.note(Acks.Kind.ACK, WRITE.id());
    acks.note(Acks.Kind.SEALED, BRANCH, head());
    acks.note(Acks.Kind.OUTCOME, BRANCH, Finish.MERGED, "");
    String merge = "CALL DOLT_MERGE('%s', '--no-ff', '-m', 'm\n\nSealed-Commit: %s')";
    sql.execute("CALL DOLT_BRANCH('again', 'start')");
    String sealed = head();
    sql.execute("CALL DOLT_CHECKOUT('again')");
    sql.execute(merge.formatted(sealed, sealed));
    sql.execute("CALL DOLT_CHECKOUT('main')");
    sql.execute(merge.formatted(sealed, sealed));
    sql.execute("CALL DOLT_BRANCH('-D', '" + BRANCH + "', 'start')");
    sql.execute("CALL DOLT_BRANCH('-m', 'again', 'polecat-r0a-0-again')");
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    acks.close();
    town.close();
  }

  @Test
  void findsNothingWhereNothingIsWrong() throws Exception {
    assertThat(wrong()).isEmpty();
  }

  @Test
  void seesAnAcknowledgedWriteThatIsNowhere() throws Exception {
    acks.note(Acks.Kind.TRY, "gone", BRANCH, "r1-s0", 1, WRITE.at());
    acks.note(Acks.Kind.ACK, "gone");

    assertThat(wrong()).singleElement().asString().startsWith("Lost: acknowledged write gone");
  }

  @Test
  void doesNotMissAWriteThatNobodyAcknowledged() throws Exception {
    acks.note(Acks.Kind.TRY, "unknown", BRANCH, "r1-s0", 1, WRITE.at());

    assertThat(wrong()).isEmpty();
  }

  @Test
  void seesARowThatNobodyWrote() throws Exception {
    commit("INSERT INTO writes VALUES ('odd', 'b', 'r1-s9', 1, NOW(6))");

    assertThat(wrong()).singleElement().asString().startsWith("On main, but never written so");
  }

  @Test
  void seesACountThatIsOffByOne() throws Exception {
    commit("UPDATE hot SET total = total + 1 WHERE id = 'r1-s0'");

    assertThat(wrong()).singleElement().asString().startsWith("Shared row r1-s0");
  }

  @Test
  void seesASecondMergeOfTheSameCommit() throws Exception {
    sql.execute("CALL DOLT_MERGE('polecat-r0a-0-again')");

    assertThat(wrong()).anySatisfy(what -> assertThat(what).startsWith("Merged twice"));
  }

  @Test
  void seesABranchATagAndRowsThatAreLeft() throws Exception {
    sql.execute("CALL DOLT_BRANCH('" + BRANCH + "')");
    sql.execute("CALL DOLT_BRANCH('merge-align-1')");
    sql.execute("CALL DOLT_TAG('nuked/polecat-r1a-9-x')");
    sql.execute("INSERT INTO writes VALUES ('odd', 'b', 'r0-s9', 1, NOW(6))");

    assertThat(wrong()).hasSize(4).allSatisfy(what -> assertThat(what).startsWith("Left over: "));
  }

  @Test
  void seesALockThatIsHeld() throws Exception {
    sql.execute("SELECT GET_LOCK('pq:" + CrashTown.RIG + "', 0)");

    assertThat(wrong()).containsExactly("Left over: the merge lock");
  }

  @Test
  void seesARowOfABranchThatIsGoneInTheLedger() throws Exception {
    sql.execute("CREATE DATABASE polecat_ledger");
    sql.execute("CREATE TABLE polecat_ledger.branches (rig TEXT, branch TEXT, state TEXT)");
    sql.execute(
        "INSERT INTO polecat_ledger.branches VALUES ('%s', '%s', 'SEALED')"
            .formatted(CrashTown.RIG, BRANCH));

    assertThat(wrong()).singleElement().asString().startsWith("Left over: a row of " + BRANCH);
  }

  private List<String> wrong() throws Exception {
    return TownCheck.check(town.server(), ROUND, Evidence.in(directory)).wrong();
  }

  private void commit(String statement) throws Exception {
    sql.execute(statement);
    sql.execute("CALL DOLT_COMMIT('-Am', 'by hand')");
  }

  private String head() throws Exception {
    try (ResultSet rows = sql.executeQuery("SELECT HASHOF('HEAD')")) {
      rows.next();
      return rows.getString(1);
    }
  }
}
