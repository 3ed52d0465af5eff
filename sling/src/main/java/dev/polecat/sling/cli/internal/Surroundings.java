package dev.polecat.sling.cli.internal;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command runs.
 *
 * @param environment the environment variables
 * @param directory the working directory, absolute
 */
public record Surroundings(Map<String, String> environment, Path directory) {
  /** Copies the variables. */
  public Surroundings {
    environment = Map.copyOf(environment);
    directory = directory.toAbsolutePath().normalize();
  }

  /** This process's. */
  public static Surroundings ofProcess() {
    return new Surroundings(System.getenv(), Path.of(""));
  }

  /** Who a person's decisions are attributed to unless another name is given. */
  public String user() {
    return environment.getOrDefault("USER", System.getProperty("user.name", "unknown"));
  }
}
