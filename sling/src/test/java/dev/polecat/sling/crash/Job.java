package dev.polecat.sling.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a child JVM is to do; travels as its arguments.
 *
 * @param name the JVM's name, unique in the round
 * @param finish whether it finishes what others left, instead of writing
 * @param port where the server, or the proxy before it, listens
 * @param rig the database
 * @param directory where the acknowledgement files are
 * @param seed of everything that is random in it
 * @param polecats how many it slings
 * @param threads how many of them work at once
 * @param writes how many acknowledged writes each polecat makes
 * @param shared the prefix of the rows that all polecats of the round write
 * @param strikes the numbers of the strikes at its steps, each as {@code number@step#nth}
 */
record Job(
    String name,
    boolean finish,
    int port,
    String rig,
    Path directory,
    long seed,
    int polecats,
    int threads,
    int writes,
    String shared,
    List<String> strikes) {
  static final int SHARED_ROWS = 4;

  static String strike(int number, Strike strike) {
    return number + "@" + strike.step() + "#" + strike.nth();
  }

  List<String> toArguments() {
    return new ArrayList<>(
        List.of(
            "name=" + name,
            "finish=" + finish,
            "port=" + port,
            "rig=" + rig,
            "directory=" + directory,
            "seed=" + seed,
            "polecats=" + polecats,
            "threads=" + threads,
            "writes=" + writes,
            "shared=" + shared,
            "strikes=" + String.join(",", strikes)));
  }

  static Job of(String[] arguments) {
    Map<String, String> given =
        Stream.of(arguments)
            .map(argument -> argument.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    String strikes = given.get("strikes");
    return new Job(
        given.get("name"),
        Boolean.parseBoolean(given.get("finish")),
        Integer.parseInt(given.get("port")),
        given.get("rig"),
        Path.of(given.get("directory")),
        Long.parseLong(given.get("seed")),
        Integer.parseInt(given.get("polecats")),
        Integer.parseInt(given.get("threads")),
        Integer.parseInt(given.get("writes")),
        given.get("shared"),
        strikes.isEmpty() ? List.of() : List.of(strikes.split(",")));
  }
}
