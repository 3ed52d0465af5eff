/** Work whose cost must not follow the size of what it does not touch. */
package dev.polecat.bench.size;
