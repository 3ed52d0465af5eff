/** Where requests are remembered: in memory, or in a database of the server. */
@NullMarked
package dev.polecat.mergequeue.internal.ledger;

import org.jspecify.annotations.NullMarked;
