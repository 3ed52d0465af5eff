/** Tables to and from JSON Lines. */
@NullMarked
package dev.polecat.sling.cli.internal.jsonl;

import org.jspecify.annotations.NullMarked;
