/** Versioned reads: log, diff, history, as-of, blame, tags, status. */
@NullMarked
package dev.polecat.sling.cli.internal.history;

import org.jspecify.annotations.NullMarked;
