/** The command line: {@code polecat.jar}. Everything it does is a call of the public API. */
@NullMarked
package dev.polecat.sling.cli;

import org.jspecify.annotations.NullMarked;
