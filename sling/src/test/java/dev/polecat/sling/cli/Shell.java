package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.polecat.core.DoltDatabase;
import dev.polecat.sling.cli.internal.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs commands in this JVM, as a shell with its environment and working directory would. */
final class Shell {
  private final Path directory;
  private final Map<String, String> environment = new HashMap<>(Map.of("USER", "max"));

  Shell(Path directory) {
    this.directory = directory;
  }

  /** A shell that uses a rig on a server somebody else runs. */
  static Shell of(Path directory, DoltDatabase rig) {
    return new Shell(directory)
        .with("GT_DOLT_HOST", rig.endpoint().host())
        .with("GT_DOLT_PORT", Integer.toString(rig.endpoint().port()))
        .with("GT_RIG", rig.name().value());
  }

  /** Sets a variable for the commands that follow. */
  Shell with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** What a command said. */
  record Said(int code, String out, String err) {
    /** The only line on standard output. */
    String line() {
      assertThat(out.lines()).as(toString()).hasSize(1);
      return out.strip();
    }

    List<String> lines() {
      return out.lines().toList();
    }

    JsonNode json() {
      return Shell.json(line());
    }

    Said exits(ExitCode expected) {
      assertThat(code).as(toString()).isEqualTo(expected.code());
      return this;
    }

    /** It failed, says why, and no more than that. */
    Said fails(ExitCode expected, String... words) {
      exits(expected);
      assertThat(err).contains(words).doesNotContain("\tat ", "Exception");
      return this;
    }
  }

  /** One line of JSON. */
  static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }

  Said run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine(new Surroundings(environment, directory))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Said(code, out.toString(), err.toString());
  }

  /** Runs a command that is done, and gives its only line. */
  String line(String... arguments) {
    return run(arguments).exits(ExitCode.DONE).line();
  }

  /** Runs a command that is done. */
  Said done(String... arguments) {
    return run(arguments).exits(ExitCode.DONE);
  }
}
