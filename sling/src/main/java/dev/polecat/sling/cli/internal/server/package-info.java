/** The server of a town: {@code polecat dolt ...}. */
@NullMarked
package dev.polecat.sling.cli.internal.server;

import org.jspecify.annotations.NullMarked;
