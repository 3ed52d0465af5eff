/**
 * What gets into main, and how: a request per finished branch, one queue per database, policies
 * that settle conflicts cell by cell, and an outcome that says what was decided.
 */
@NullMarked
package dev.polecat.mergequeue;

import org.jspecify.annotations.NullMarked;
