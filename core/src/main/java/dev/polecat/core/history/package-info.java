/**
 * What was, what changed, and since when: revisions of a database, the tables and rows in which
 * they differ, and rows as they were. Reads only; results too large for memory are streamed.
 */
@NullMarked
package dev.polecat.core.history;

import org.jspecify.annotations.NullMarked;
