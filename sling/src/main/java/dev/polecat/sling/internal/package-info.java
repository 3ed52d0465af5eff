/** How a town's things are named. */
@NullMarked
package dev.polecat.sling.internal;

import org.jspecify.annotations.NullMarked;
