/** Dolt servers for the tests of every module. */
@NullMarked
package dev.polecat.core.testing;

import org.jspecify.annotations.NullMarked;
