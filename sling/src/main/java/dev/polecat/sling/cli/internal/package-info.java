/** What the commands share: options, settings, output, failures. */
@NullMarked
package dev.polecat.sling.cli.internal;

import org.jspecify.annotations.NullMarked;
