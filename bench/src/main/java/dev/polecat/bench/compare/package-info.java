/** Different ways to do the same work, measured in turns on one server. */
package dev.polecat.bench.compare;
