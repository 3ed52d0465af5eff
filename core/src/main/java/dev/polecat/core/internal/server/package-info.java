/** The server process: its directory, its configuration file, start, readiness and stop. */
@NullMarked
package dev.polecat.core.internal.server;

import org.jspecify.annotations.NullMarked;
