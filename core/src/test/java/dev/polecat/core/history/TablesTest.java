package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database's tables and their columns can be looked at as of any revision. */
@ExtendWith(DoltTestServer.class)
class TablesTest {
  @Test
  void tablesAndColumnsAreThoseOfTheRevision(DoltDatabase database) {
    Branches on = new Branches(database);
    on.commit(
        "main", "CREATE TABLE b (x INT, y INT, PRIMARY KEY (x, y))", "CREATE VIEW v AS SELECT 1");
    on.commit("main", "CREATE TABLE a (id INT PRIMARY KEY)", "ALTER TABLE b ADD COLUMN z INT");
    on.run("main", "CREATE TABLE c (id INT)");
    Tables tables = Tables.of(database);
    assertThat(tables.names(Revision.MAIN)).containsExactly("a", "b");
    assertThat(tables.names(Revision.of("main~1"))).containsExactly("b");
    assertThat(tables.names(Revision.working(BranchName.MAIN))).containsExactly("a", "b", "c");
    assertThat(tables.schema(Revision.of("main~1"), "B").columns()).hasSize(2);
    assertThat(tables.schema(Revision.MAIN, "B").table()).isEqualTo("b");
    assertThat(tables.schema(Revision.MAIN, "b").key()).containsExactly("x", "y");
  }

  @Test
  void whatIsNotThereIsNamed(DoltDatabase database) {
    Tables tables = Tables.of(database);
    assertThatThrownBy(() -> tables.names(Revision.of("nobody")))
        .isInstanceOf(UnknownRevisionException.class)
        .hasMessageContaining("nobody");
    assertThatThrownBy(() -> tables.names(Revision.working(BranchName.of("nobody"))))
        .isInstanceOf(UnknownRevisionException.class);
    assertThatThrownBy(() -> tables.schema(Revision.MAIN, "nothing"))
        .isInstanceOf(UnknownTableException.class)
        .hasMessageContaining("nothing");
  }
}
