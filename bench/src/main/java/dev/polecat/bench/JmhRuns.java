package dev.polecat.bench;

import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** A JMH benchmark as a part of the report: its methods are the ways, its iterations the runs. */
final class JmhRuns {
  private JmhRuns() {}

  static Measured of(Class<?> benchmark, int warmups, int iterations) throws RunnerException {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    for (RunResult result :
        new Runner(
                new OptionsBuilder()
                    .include("\\." + benchmark.getSimpleName() + "\\.")
                    .timeUnit(TimeUnit.MILLISECONDS)
                    .warmupIterations(warmups)
                    .measurementIterations(iterations)
                    .shouldFailOnError(true)
                    .build())
            .run()) {
      String method = result.getParams().getBenchmark();
      runs.put(
          method.substring(method.lastIndexOf('.') + 1),
          result.getBenchmarkResults().stream()
              .flatMap(fork -> fork.getIterationResults().stream())
              .map(iteration -> new Run(iteration.getPrimaryResult().getScore(), Map.of(), null))
              .toList());
    }
    return new Measured(benchmark.getSimpleName(), runs);
  }
}
