package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/polecat}, with a small program in the jar's place. */
@Timeout(120)
class WrapperTest {
  @TempDir private Path directory;

  private Path jar;
  private Path cache;

  /** What the jar holds: says its arguments, and exits with how many there are. */
  static final class Program {
    private Program() {}

    /** Called by the wrapper. */
    public static void main(String[] arguments) {
      System.out.println(String.join("|", arguments));
      System.exit(arguments.length);
    }
  }

  @BeforeEach
  void aJar() throws IOException {
    jar = directory.resolve("some program.jar");
    cache = directory.resolve("cache");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Program.class.getName());
    String file = Program.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        InputStream in = Program.class.getClassLoader().getResourceAsStream(file)) {
      out.putNextEntry(new JarEntry(file));
      in.transferTo(out);
      out.closeEntry();
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("../bin/polecat"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("POLECAT_JAR", jar.toString());
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    return builder.start();
  }

  private String run(String... arguments) throws Exception {
    Process process = start(arguments);
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isEqualTo(arguments.length);
    return output;
  }

  private List<Path> cached() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("polecat/classes"))) {
      return files.toList();
    }
  }

  @Test
  void theFirstRunWritesAnArchiveAndTheNextUsesIt() throws Exception {
    assertThat(run("a b", "c'\"$d")).isEqualTo("a b|c'\"$d\n");
    assertThat(cached()).hasSize(1);
    Path archive = cached().get(0);
    assertThat(archive.toString()).endsWith(".jsa");
    FileTime written = Files.getLastModifiedTime(archive);

    assertThat(run("again")).isEqualTo("again\n");
    assertThat(cached()).containsExactly(archive);
    assertThat(Files.getLastModifiedTime(archive)).isEqualTo(written);
  }

  @Test
  void anotherJarHasAnArchiveOfItsOwn() throws Exception {
    run("one");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
    run("other");
    assertThat(cached()).hasSize(2);
  }

  @Test
  void severalFirstRunsAtOnceAllWorkAndLeaveOneArchive() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      processes.add(start("x", "y"));
    }
    for (Process process : processes) {
      assertThat(new String(process.getInputStream().readAllBytes())).isEqualTo("x|y\n");
      assertThat(process.waitFor()).isEqualTo(2);
    }
    assertThat(cached()).hasSize(1);
  }

  @Test
  void withoutAPlaceForTheArchiveItGoesWithout() throws Exception {
    Files.writeString(cache, "a file is in the way");
    assertThat(run("a")).isEqualTo("a\n");
  }

  @Test
  void withoutTheJarItSaysWhatToDo() throws Exception {
    Files.delete(jar);
    Process process = start();
    assertThat(new String(process.getInputStream().readAllBytes())).contains("POLECAT_JAR");
    assertThat(process.waitFor()).isEqualTo(1);
  }
}
