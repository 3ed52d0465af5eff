package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.Lease;
import dev.polecat.mergequeue.LedgerEntry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A branch counts as worked on exactly as long as somebody has a handle to it. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class LeaseTest {
  private TestRig test;
  private TestRig other;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    test = TestRig.of(database, LeaseTest::shortLease);
    other = TestRig.withoutSchema(database, LeaseTest::shortLease);
    rig = test.rig();
  }

  private static TownConfig shortLease(TownConfig config) {
    return config.withLease(Duration.ofSeconds(1)).withMergingLeftToOthers();
  }

  @AfterEach
  void close() {
    test.close();
    other.close();
  }

  private LedgerEntry entry(Polecat polecat) {
    return other.rig().ledger().entry(polecat.branch()).orElseThrow();
  }

  private Lease lease(Polecat polecat) {
    return entry(polecat).lease().orElseThrow();
  }

  /** Waits until the lease has been renewed once more. */
  private void awaitRenewal(Polecat polecat) {
    Instant before = lease(polecat).until();
    TestRig.waitFor("renewal", () -> lease(polecat).until().isAfter(before));
  }

  @Test
  void anOpenHandleRenewsItAndChangesNothingElse() {
    Polecat toast = rig.sling("toast", "gt-1");
    LedgerEntry slung = entry(toast);
    for (int i = 0; i < 4; i++) {
      awaitRenewal(toast);
    }

    assertThat(entry(toast))
        .usingRecursiveComparison()
        .ignoringFields("lease", "version")
        .isEqualTo(slung);
    assertThat(lease(toast).until()).isAfter(slung.lease().orElseThrow().until());
  }

  @Test
  void aClosedHandleLetsItRunOut() {
    Polecat open = rig.sling("open", "gt-1");
    Polecat closed = rig.sling("closed", "gt-2");
    closed.close();
    awaitRenewal(open); // one that was under way when it was closed is over
    Lease last = lease(closed);
    for (int i = 0; i < 3; i++) {
      awaitRenewal(open);
    }

    assertThat(lease(closed)).isEqualTo(last);
    TestRig.waitFor("end of lease", () -> entry(closed).isExpired(rig.ledger().now()));
  }

  @Test
  void aClosedTownLetsThemRunOut() {
    Polecat toast = rig.sling("toast", "gt-1");
    test.close();
    Lease last = lease(toast);

    TestRig.waitFor("end of lease", () -> entry(toast).isExpired(other.rig().ledger().now()));
    assertThat(lease(toast)).isEqualTo(last);
  }

  @Test
  void oneOfTwoHandlesToABranchIsEnough() {
    Polecat toast = rig.sling("toast", "gt-1");
    Polecat again = rig.resume(toast.branch());
    toast.close();
    awaitRenewal(again);
    awaitRenewal(again);
    awaitRenewal(again);
  }

  @Test
  void whoTookItUpRenewsItAndWhoHadItDoesNotAnyMore() {
    Polecat toast = rig.sling("toast", "gt-1");
    Polecat control = rig.sling("control", "gt-2");
    Lease first = lease(toast);
    Polecat taken = other.rig().resume(toast.branch());
    Lease second = lease(taken);
    awaitRenewal(taken);
    awaitRenewal(taken);

    assertThat(second.holder()).isNotEqualTo(first.holder());
    assertThat(lease(taken).holder()).isEqualTo(second.holder());
    taken.close();
    awaitRenewal(control);
    Lease last = lease(toast);
    awaitRenewal(control);
    awaitRenewal(control);
    assertThat(lease(toast)).isEqualTo(last); // although the first handle is still open
  }

  @Test
  void aFinishedBranchHasNone() {
    Polecat toast = rig.sling("toast", "gt-1");
    Polecat control = rig.sling("control", "gt-2");
    toast.leave();
    LedgerEntry sealed = entry(toast);
    awaitRenewal(control);
    awaitRenewal(control);

    assertThat(sealed.lease()).isEmpty();
    assertThat(entry(toast)).isEqualTo(sealed);
  }
}
