/** What is on its way to main: {@code polecat queue ...}. */
@NullMarked
package dev.polecat.sling.cli.internal.queue;

import org.jspecify.annotations.NullMarked;
