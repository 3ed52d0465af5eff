/** What writers do: sling, done, commit, nuke. */
@NullMarked
package dev.polecat.sling.cli.internal.work;

import org.jspecify.annotations.NullMarked;
