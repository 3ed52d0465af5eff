package dev.polecat.mergequeue;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.testing.DoltTestServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ledgers keep one promise, wherever they remember things. */
class LedgerTest {
  @Nested
  class InMemory extends LedgerContract {
    InMemory() {
      super(Ledger.inMemory());
    }
  }

  @Nested
  @ExtendWith(DoltTestServer.class)
  class OnTheServer extends LedgerContract {
    OnTheServer(DoltServer server, DoltDatabase ledger) {
      super(Ledger.on(server, ledger.name(), DatabaseName.of("rig")));
    }
  }
}
