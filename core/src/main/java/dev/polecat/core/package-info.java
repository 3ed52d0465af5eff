/**
 * What Dolt is: a server found, started or reached, connections that stay on one branch, branches
 * and commits. Nothing here knows what a polecat is; this layer can be used on its own.
 */
@NullMarked
package dev.polecat.core;

import org.jspecify.annotations.NullMarked;
