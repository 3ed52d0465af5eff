/**
 * How a dolt binary is found, downloaded or built. Programs must not depend on anything in here;
 * the door is {@link dev.polecat.core.DoltBinary}.
 */
@NullMarked
package dev.polecat.core.internal.binary;

import org.jspecify.annotations.NullMarked;
