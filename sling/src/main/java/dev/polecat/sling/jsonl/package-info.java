/**
 * Tables as JSON Lines, one object a row, as beads keeps them beside git (seed 000): {@link
 * dev.polecat.sling.jsonl.JsonlExport} writes a table, always the same way, {@link
 * dev.polecat.sling.jsonl.JsonlImport} brings files to main through the queue.
 *
 * <p>A key of an object is the column of that name. What a table has no column for, and what a
 * column cannot give back just as it was, is kept in the table's JSON column {@value
 * dev.polecat.sling.jsonl.JsonlImport#EXTRA}, from where the export takes it again.
 */
@NullMarked
package dev.polecat.sling.jsonl;

import org.jspecify.annotations.NullMarked;
