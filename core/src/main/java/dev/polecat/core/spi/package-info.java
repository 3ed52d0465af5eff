/** What users may plug in. */
@NullMarked
package dev.polecat.core.spi;

import org.jspecify.annotations.NullMarked;
