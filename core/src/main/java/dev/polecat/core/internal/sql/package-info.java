/** SQL spoken to Dolt: connecting, quoting, reading a statement's first words. */
@NullMarked
package dev.polecat.core.internal.sql;

import org.jspecify.annotations.NullMarked;
