/**
 * The same writers' work done in different ways: through polecats, and in the ways people use
 * instead.
 */
@NullMarked
package dev.polecat.bench.contest;

import org.jspecify.annotations.NullMarked;
