/** Servers and connections that are run with one setting changed. */
package dev.polecat.bench.settings;
