package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.polecat.core.Endpoint;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.sling.cli.OtherJvm;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The quick start of the README is a program that does what it says. */
@Timeout(120)
class QuickStartTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern FIRST_BLOCK =
      Pattern.compile("^```java\\R(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

  @TempDir private Path directory;

  private static String quickStart() throws IOException {
    assumeThat(README).as("there is no README.md beside the modules").exists();
    Matcher block = FIRST_BLOCK.matcher(Files.readString(README));
    assertThat(block.find()).as("a block of Java in README.md").isTrue();
    return block.group(1);
  }

  @Test
  void itHasAtMost25Lines() throws IOException {
    assertThat(quickStart().lines()).hasSizeLessThanOrEqualTo(25);
  }

  @Test
  void itCompilesAndRuns() throws Exception {
    Path source = Files.writeString(directory.resolve("QuickStart.java"), quickStart());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assumeThat(compiler).as("this is a JRE without a compiler").isNotNull();
    assumeThat(isFree(Endpoint.DEFAULT_PORT)).as("port 3307 is taken on this machine").isTrue();
    assertThat(
            compiler.run(
                null,
                null,
                null,
                "-cp",
                OtherJvm.classPath(),
                "-d",
                directory.toString(),
                source.toString()))
        .isZero();
    Path town = directory.resolve("town");
    OtherJvm.Ended ended =
        OtherJvm.run(directory, List.of(directory), List.of("QuickStart", town.toString()));

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).containsPattern("on main as [0-9a-v]{32}");
    try (Town again =
        Town.open(TownConfig.managed(ManagedServerConfig.builder(town).port(0).build()))) {
      List<Issue> issues =
          again.rig("gastown").main().jdbi().withExtension(Issues.class, Issues::list);
      assertThat(issues).singleElement().extracting(Issue::status).isEqualTo("closed");
      assertThat(again.rig("gastown").polecatBranches()).isEmpty();
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
