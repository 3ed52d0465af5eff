/**
 * What a writer sees: a town (a Dolt server), its rigs (databases), and polecats, each writing on a
 * branch of its own until it is done.
 */
@NullMarked
package dev.polecat.sling;

import org.jspecify.annotations.NullMarked;
