/** Damage done on purpose, and the count of what was acknowledged against what is found. */
@NullMarked
package dev.polecat.sling.crash;

import org.jspecify.annotations.NullMarked;
