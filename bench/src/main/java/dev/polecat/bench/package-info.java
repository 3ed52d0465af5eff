/** JMH benchmarks: ratios between two ways of doing the same work on the same server. */
@NullMarked
package dev.polecat.bench;

import org.jspecify.annotations.NullMarked;
