package dev.polecat.core.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveUnpackerTest {
  private static final int REGULAR = 0100755;
  private static final int SYMLINK = 0120777;

  @TempDir Path directory;

  @Test
  void onlyTheBinaryIsWritten() throws Exception {
    unpack(
        "a.tar.gz",
        Archives.tarGz()
            .file("dolt/bin/doltier", "other")
            .file("dolt/bin/dolt", "program")
            .symlink("dolt/latest", "/etc")
            .bytes());

    assertThat(target()).hasContent("program");
    assertThat(directory).isDirectoryContaining("glob:**a.tar.gz");
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aNameThatLeadsOutsideIsRefused() throws Exception {
    for (String name :
        List.of(
            "../bin/dolt",
            "a/../../bin/dolt",
            "/bin/dolt",
            "..\\..\\bin/dolt",
            "C:\\x/bin/dolt",
            "a/..")) {
      byte[] archive = Archives.tarGz().file(name, "evil").bytes();

      assertThatIOException()
          .isThrownBy(() -> unpack("a.tar.gz", archive))
          .withMessage("the archive names a place outside of it: " + name);
      assertThat(target()).doesNotExist();
    }
  }

  @Test
  void aLinkInPlaceOfTheBinaryIsRefused() throws Exception {
    byte[] symlink = Archives.tarGz().symlink("dolt/bin/dolt", "/bin/sh").bytes();
    byte[] hardlink = Archives.tarGz().hardlink("dolt/bin/dolt", "/bin/sh").bytes();

    assertThat(catchThrowable(() -> unpack("a.tar.gz", symlink)))
        .hasMessage("in the archive dolt/bin/dolt is a link or not a file");
    assertThat(catchThrowable(() -> unpack("b.tar.gz", hardlink)))
        .hasMessage("in the archive dolt/bin/dolt is a link or not a file");
    assertThat(target()).doesNotExist();
  }

  @Test
  void anArchiveWithoutABinaryIsRefused() throws Exception {
    byte[] archive = Archives.tarGz().file("dolt/sbin/dolt", "x").bytes();

    assertThatIOException()
        .isThrownBy(() -> unpack("a.tar.gz", archive))
        .withMessage("the archive holds no file that ends in /bin/dolt");
  }

  @Test
  void anArchiveWithTwoBinariesIsRefused() throws Exception {
    byte[] archive = Archives.tarGz().file("a/bin/dolt", "x").file("b/bin/dolt", "y").bytes();

    assertThatIOException()
        .isThrownBy(() -> unpack("a.tar.gz", archive))
        .withMessage("the archive holds more than one file that ends in /bin/dolt");
  }

  @Test
  void anArchiveThatUnpacksToTooMuchIsRefused() throws Exception {
    byte[] tar = Archives.tarGz().file("big", "x".repeat(2_000_000)).bytes();
    byte[] zip = Archives.zip("a/bin/dolt", "x".repeat(2_000_000), REGULAR);

    assertThat(catchThrowable(() -> unpack("a.tar.gz", tar)))
        .hasMessage("the archive unpacks to more than 1 MB");
    assertThat(catchThrowable(() -> unpack("a.zip", zip)))
        .hasMessage("the archive unpacks to more than 1 MB");
  }

  @Test
  void whatIsNoArchiveIsRefused() {
    byte[] page = "<html>Sign in to the network</html>".getBytes();

    assertThat(catchThrowable(() -> unpack("a.tar.gz", page))).isInstanceOf(IOException.class);
    assertThat(catchThrowable(() -> unpack("a.zip", page))).isInstanceOf(IOException.class);
  }

  @Test
  void aZipIsUnpackedByTheSameRules() throws Exception {
    byte[] traversal = Archives.zip("../bin/dolt", "evil", REGULAR);
    byte[] symlink = Archives.zip("a/bin/dolt", "/bin/sh", SYMLINK);

    assertThat(catchThrowable(() -> unpack("a.zip", traversal)))
        .hasMessage("the archive names a place outside of it: ../bin/dolt");
    assertThat(catchThrowable(() -> unpack("b.zip", symlink)))
        .hasMessage("in the archive a/bin/dolt is a link or not a file");
    assertThat(target()).doesNotExist();
    unpack("c.zip", Archives.zip("a/bin/dolt", "program", REGULAR));
    assertThat(target()).hasContent("program");
  }

  private Path target() {
    return directory.resolve("binary");
  }

  private void unpack(String name, byte[] archive) throws IOException {
    Path file = Files.write(directory.resolve(name), archive);
    new ArchiveUnpacker(target(), "bin/dolt", 1_000_000).unpack(file);
  }
}
