/** The town schema of seed 001: its tables, records and SQL objects, and their merge policies. */
@NullMarked
package dev.polecat.sling.schema;

import org.jspecify.annotations.NullMarked;
