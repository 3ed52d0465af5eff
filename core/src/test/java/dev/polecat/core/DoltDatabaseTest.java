package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class DoltDatabaseTest {
  private static final BranchName MISSING = BranchName.of("missing");

  private final DoltDatabase database;
  private final TestBranch toast;

  DoltDatabaseTest(DoltDatabase database) throws SQLException {
    this.database = database;
    toast = TestBranch.of(database);
  }

  @AfterEach
  void close() {
    toast.close();
  }

  @Test
  void aNewBranchStartsAtTheHeadOfTheOneItIsMadeFrom() throws SQLException {
    insert(toast.name(), 1);
    CommitHash head = database.commitAll(toast.name(), TestBranch.TOAST, "one");
    insert(toast.name(), 2);
    BranchName copy = BranchName.of("copy");
    database.createBranch(copy, toast.name());
    assertThat(database.branches()).containsExactly("copy", "main", "toast");
    assertThat(database.head(copy)).contains(head);
    assertThat(database.uncommittedTables(copy)).as("row 2 is not committed").isEmpty();
  }

  @Test
  void creatingABranchThatIsThereOrFromOneThatIsNotFails() {
    fails(DoltError.ALREADY_EXISTS, () -> database.createBranch(toast.name(), BranchName.MAIN))
        .withMessageContainingAll("create branch toast", database.name().value());
    fails(DoltError.NOT_FOUND, () -> database.createBranch(BranchName.of("orphan"), MISSING));
    assertThat(database.branches()).containsExactly("main", "toast");
  }

  @Test
  void theHeadOfAMissingBranchIsEmpty() {
    assertThat(database.head(MISSING)).isEmpty();
    assertThat(database.head(BranchName.MAIN)).isPresent();
    database.deleteBranchWithItsCommits(toast.name());
    assertThat(database.head(toast.name())).isEmpty();
  }

  @Test
  void aCommitIsAnAncestorOfItselfAndOfWhatCameAfter() throws SQLException {
    CommitHash fork = database.head(BranchName.MAIN).orElseThrow();
    insert(toast.name(), 1);
    CommitHash sealed = database.commitAll(toast.name(), TestBranch.TOAST, "one");
    assertThat(database.isAncestor(fork, toast.name())).isTrue();
    assertThat(database.isAncestor(sealed, toast.name())).isTrue();
    assertThat(database.isAncestor(sealed, BranchName.MAIN)).isFalse();
    merge();
    assertThat(database.isAncestor(sealed, BranchName.MAIN)).isTrue();
    fails(DoltError.NOT_FOUND, () -> database.isAncestor(sealed, MISSING));
  }

  @Test
  void uncommittedTablesAreThoseOfThatBranchOnly() throws SQLException {
    assertThat(database.uncommittedTables(toast.name())).isEmpty();
    insert(toast.name(), 1);
    try (Connection connection = database.connect(toast.name())) {
      TestBranch.run(connection, "CREATE TABLE a (id INT PRIMARY KEY)");
    }
    assertThat(database.uncommittedTables(toast.name())).containsExactly("a", "t");
    assertThat(database.uncommittedTables(BranchName.MAIN)).isEmpty();
    fails(DoltError.NOT_FOUND, () -> database.uncommittedTables(MISSING));
  }

  @Test
  void commitAllAgainIsTheSameCommit() throws SQLException {
    insert(toast.name(), 1);
    CommitHash first = database.commitAll(toast.name(), TestBranch.TOAST, "one");
    assertThat(database.commitAll(toast.name(), TestBranch.TOAST, "again")).isEqualTo(first);
    assertThat(database.head(toast.name())).contains(first);
    assertThat(toast.commits()).containsExactly(TestBranch.TOAST + ": one");
    fails(DoltError.NOT_FOUND, () -> database.commitAll(MISSING, TestBranch.TOAST, "nowhere"));
  }

  @Test
  void aMergedBranchIsDeletedAndAnUnmergedOneIsNot() throws SQLException {
    insert(toast.name(), 1);
    CommitHash sealed = database.commitAll(toast.name(), TestBranch.TOAST, "one");
    assertThat(database.deleteMergedBranch(toast.name(), sealed))
        .hasValueSatisfying(why -> assertThat(why).contains("not part of main"));
    assertThat(database.branches()).contains("toast");
    merge();
    assertThat(database.deleteMergedBranch(toast.name(), sealed)).isEmpty();
    assertThat(database.branches()).containsExactly("main");
    assertThat(database.deleteMergedBranch(toast.name(), sealed)).as("gone already").isEmpty();
  }

  @Test
  void aBranchThatMovedOrHasUncommittedRowsIsNotDeleted() throws SQLException {
    CommitHash base = database.head(toast.name()).orElseThrow();
    insert(toast.name(), 1);
    assertThat(database.deleteMergedBranch(toast.name(), base))
        .hasValueSatisfying(why -> assertThat(why).contains("uncommitted rows"));
    CommitHash moved = database.commitAll(toast.name(), TestBranch.TOAST, "one");
    assertThat(database.deleteMergedBranch(toast.name(), base))
        .hasValueSatisfying(why -> assertThat(why).contains(moved.value(), base.value()));
    assertThat(database.branches()).contains("toast");
  }

  @Test
  void aBranchSomebodyIsOnIsNotDeleted() throws SQLException {
    CommitHash base = database.head(toast.name()).orElseThrow();
    try (Connection somebody = database.connect(toast.name())) {
      assertThat(database.deleteMergedBranch(toast.name(), base))
          .hasValueSatisfying(why -> assertThat(why).contains("Another session"));
      assertThat(TestBranch.read(somebody, "SELECT active_branch()")).containsExactly("toast");
    }
    toast.connection().close();
    assertThat(database.deleteMergedBranch(toast.name(), base)).as("a pool counts").isPresent();
    toast.close();
    assertThat(database.deleteMergedBranch(toast.name(), base)).isEmpty();
    assertThat(database.branches()).containsExactly("main");
  }

  @Test
  void aTagKeepsTheCommitsOfADeletedBranch() throws SQLException {
    insert(toast.name(), 1);
    CommitHash head = database.commitAll(toast.name(), TestBranch.TOAST, "one");
    BranchName tag = BranchName.of("kept/toast");
    database.createTag(tag, head);
    database.deleteBranchWithItsCommits(toast.name());
    try (Connection main = database.connect(BranchName.MAIN)) {
      TestBranch.run(main, "CALL DOLT_GC()");
    }
    try (Connection main = database.connect(BranchName.MAIN)) {
      assertThat(TestBranch.read(main, "SELECT id FROM t AS OF '" + tag + "'"))
          .containsExactly("1");
    }
  }

  @Test
  void manyThreadsMayCreateAndDeleteBranchesAtOnce() {
    List<BranchName> names =
        IntStream.range(0, 24).mapToObj(i -> BranchName.of("many/" + i)).toList();
    names.parallelStream().forEach(name -> database.createBranch(name, BranchName.MAIN));
    assertThat(database.branches()).hasSize(26);
    CommitHash base = database.head(BranchName.MAIN).orElseThrow();
    names.parallelStream().forEach(branch -> database.deleteMergedBranch(branch, base));
    assertThat(database.branches()).containsExactly("main", "toast");
  }

  @Test
  void branchesOfAManagedServerLeaveNoRowsInBranchControl() throws SQLException {
    List<String> before = branchControl();
    for (int i = 0; i < 20; i++) {
      database.createBranch(BranchName.of("polecat-" + i), BranchName.MAIN);
    }
    assertThat(branchControl()).isEqualTo(before);
  }

  private List<String> branchControl() throws SQLException {
    return toast.seen(
        "SELECT CONCAT_WS('|', `database`, branch, `user`, host, permissions)"
            + " FROM dolt_branch_control ORDER BY 1");
  }

  private void insert(BranchName branch, int id) throws SQLException {
    try (Connection connection = database.connect(branch)) {
      TestBranch.run(connection, "INSERT INTO t VALUES (%d, '')".formatted(id));
    }
  }

  private void merge() throws SQLException {
    try (Connection main = database.connect(BranchName.MAIN)) {
      TestBranch.run(main, "CALL DOLT_MERGE('toast')");
    }
  }

  private static org.assertj.core.api.ThrowableAssertAlternative<DoltSqlException> fails(
      DoltError error, ThrowingCallable call) {
    return assertThatExceptionOfType(DoltSqlException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.error()).isEqualTo(error));
  }
}
