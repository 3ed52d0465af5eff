package dev.polecat.bench.compare;

import java.util.concurrent.Callable;

/**
 * A way to do something.
 *
 * @param name what it is called in reports
 * @param work makes one run of it
 */
public record Way(String name, Callable<Work> work) {}
