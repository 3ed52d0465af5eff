package dev.polecat.bench.compare;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run.
 *
 * @param millis how long it took
 * @param counts what else was counted
 * @param lost what acknowledged writes are missing; null if none is
 */
public record Run(double millis, Map<String, Long> counts, @Nullable String lost) {}
