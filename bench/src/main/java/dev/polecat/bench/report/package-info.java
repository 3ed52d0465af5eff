/** The report: what is measured, which targets it is held to, and how it is written down. */
@NullMarked
package dev.polecat.bench.report;

import org.jspecify.annotations.NullMarked;
