/** Settles the conflicts of an open merge; not for users of this library. */
@NullMarked
package dev.polecat.mergequeue.internal.resolve;

import org.jspecify.annotations.NullMarked;
