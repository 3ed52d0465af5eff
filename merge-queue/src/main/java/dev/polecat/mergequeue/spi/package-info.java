/** What users may implement: policies of their own, and gates a merge must pass. */
@NullMarked
package dev.polecat.mergequeue.spi;

import org.jspecify.annotations.NullMarked;
