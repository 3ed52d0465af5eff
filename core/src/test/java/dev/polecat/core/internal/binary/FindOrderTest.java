package dev.polecat.core.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinary.Source;
import dev.polecat.core.DoltBinaryException;
import dev.polecat.core.DoltBinaryException.Attempt;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FindOrderTest extends SearchFixture {

  @Test
  void aGivenPathWinsOverPath() throws Exception {
    Path given = FakePrograms.dolt(directory.resolve("given"), "1.99.0");
    FakePrograms.dolt(bin(), "1.90.0");

    assertThat(DoltBinary.find(search().given(given).build()))
        .isEqualTo(new DoltBinary(given, "1.99.0", Source.GIVEN));
  }

  @Test
  void aGivenPathThatCannotBeUsedIsAnErrorEvenIfPathHasADolt() throws Exception {
    FakePrograms.dolt(bin(), "1.90.0");
    Path notADolt = FakePrograms.script(directory, "hello", "#!/bin/sh\necho hello\n");
    Path notExecutable = Files.writeString(directory.resolve("text"), "dolt version 1.90.0");
    Path broken = FakePrograms.script(directory, "broken", "#!/bin/sh\necho oops; exit 3\n");
    Path tooOld = FakePrograms.dolt(directory.resolve("old"), "1.86.1");

    assertThat(failureOf(search().given(directory.resolve("missing"))))
        .hasMessageContaining("missing: there is no such file");
    assertThat(failureOf(search().given(notExecutable)))
        .hasMessageContaining("not an executable file");
    assertThat(failureOf(search().given(notADolt)))
        .hasMessageContaining("'dolt version' told none; it printed:\n    hello");
    assertThat(failureOf(search().given(broken)))
        .hasMessageContaining("exit code 3; it printed:\n    oops");
    assertThat(failureOf(search().given(tooOld)))
        .hasMessageContaining("dolt 1.86.1 is too old, >= 1.86.2 is needed")
        .satisfies(failure -> assertThat(failure.attempts()).hasSize(1));
  }

  @Test
  void aDoltOnPathThatIsTooOldIsNamedAndTheNextOneIsAsked() throws Exception {
    Path old = FakePrograms.dolt(directory.resolve("old"), "1.85.9");
    Path current = FakePrograms.dolt(bin(), "1.86.2");
    String path = old.getParent() + File.pathSeparator + bin();

    assertThat(DoltBinary.find(search().pathVariable(path).build()).path()).isEqualTo(current);
    assertThat(failureOf(search().pathVariable(old.getParent().toString())).attempts())
        .contains(
            new Attempt(
                Source.PATH, old.toString(), "dolt 1.85.9 is too old, >= 1.86.2 is needed"));
  }

  @Test
  void pathWinsOverTheCache() throws Exception {
    FakePrograms.dolt(cacheEntry().getParent(), "1.86.4");
    FakePrograms.dolt(bin(), "1.90.0");

    assertThat(DoltBinary.find(search().build()).source()).isEqualTo(Source.PATH);
  }

  @Test
  void theCacheWinsOverADownload() throws Exception {
    FakePrograms.dolt(cacheEntry().getParent(), "1.86.4");
    try (ReleaseServer server = ReleaseServer.serving(Archives.release("1.86.4"))) {
      assertThat(DoltBinary.find(downloading(server).build()))
          .isEqualTo(new DoltBinary(cacheEntry(), "1.86.4", Source.CACHE));
      assertThat(server.requests()).isZero();
    }
  }

  @Test
  void aDownloadWinsOverABuildAndFillsTheCache() throws Exception {
    FakePrograms.compiler(bin());
    FakePrograms.go(bin(), "1.26.2", "exit 9");
    try (ReleaseServer server = ReleaseServer.serving(Archives.release("1.86.4"))) {
      assertThat(DoltBinary.find(downloading(server).buildAllowed(true).build()))
          .isEqualTo(new DoltBinary(cacheEntry(), "1.86.4", Source.DOWNLOAD));
      assertThat(DoltBinary.find(downloading(server).build()).source()).isEqualTo(Source.CACHE);
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void aFailedDownloadIsFollowedByABuild() throws Exception {
    FakePrograms.compiler(bin());
    FakePrograms.go(bin(), "1.26.2", "printf '#!/bin/sh\\necho dolt version 1.86.4\\n' > \"$out\"");
    try (ReleaseServer server = ReleaseServer.failing(404)) {
      assertThat(DoltBinary.find(downloading(server).buildAllowed(true).build()))
          .isEqualTo(new DoltBinary(cacheEntry(), "1.86.4", Source.BUILD));
      assertThat(progress).anyMatch(line -> line.startsWith("Failed: DOWNLOAD"));
    }
  }

  @Test
  void aCachedFileThatDoesNotRunIsReplacedAndThisIsTold() throws Exception {
    FakePrograms.script(cacheEntry().getParent(), "dolt", "#!/bin/sh\necho half a b");
    try (ReleaseServer server = ReleaseServer.serving(Archives.release("1.86.4"))) {
      assertThat(DoltBinary.find(downloading(server).build()).source()).isEqualTo(Source.DOWNLOAD);
      assertThat(progress)
          .anyMatch(line -> line.startsWith("Replacing a dolt that cannot be used"));
    }
  }

  @Test
  void aCachedDoltOfAnotherVersionIsNeverUsed() throws Exception {
    FakePrograms.dolt(cacheEntry().getParent(), "1.86.3");

    assertThat(failureOf(search(), Source.CACHE))
        .isEqualTo("it says it is dolt 1.86.3, not 1.86.4");
  }

  @Test
  void workThatAKilledProcessLeftInTheCacheIsRemoved() throws Exception {
    Path abandoned = cacheEntry().resolveSibling("work-123").resolve("module");
    Files.createDirectories(abandoned);
    Files.writeString(abandoned.resolve("go.mod"), "module x");
    try (ReleaseServer server = ReleaseServer.failing(404)) {
      failureOf(downloading(server));
    }
    assertThat(abandoned.getParent()).doesNotExist();
  }

  @Test
  void theErrorListsEveryAttemptInOrderAndSaysWhatToInstall() throws Exception {
    try (ReleaseServer server = ReleaseServer.failing(503)) {
      DoltBinaryException failure = failureOf(downloading(server).buildAllowed(true));

      assertThat(failure.attempts())
          .extracting(Attempt::source)
          .containsExactly(Source.PATH, Source.CACHE, Source.DOWNLOAD, Source.BUILD);
      assertThat(failure.getMessage().lines())
          .hasSize(6)
          .anyMatch(line -> line.equals("  PATH (1 directories): there is no dolt in them"))
          .anyMatch(line -> line.equals("  CACHE " + cacheEntry() + ": there is no such file"))
          .anyMatch(line -> line.startsWith("  DOWNLOAD http") && line.endsWith("HTTP 503"))
          .anyMatch(line -> line.equals("  BUILD with Go: there is no Go: no program 'go'"))
          .anyMatch(line -> line.contains("dolt >= 1.86.2") && line.contains("Go >= 1.26.2"));
      assertThat(failure.getSuppressed()).hasSize(3);
    }
  }

  @Test
  void sourcesThatAreNotAllowedAreNamedAndTheCacheIsNotTouched() {
    DoltBinaryException failure = failureOf(search());

    assertThat(failure.attempts())
        .filteredOn(attempt -> attempt.failure().equals("not allowed by this search"))
        .extracting(Attempt::source)
        .containsExactly(Source.DOWNLOAD, Source.BUILD);
    assertThat(cache()).doesNotExist();
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThat(failureOf(search().cacheDirectory(file).buildAllowed(true), Source.CACHE))
        .contains(file.toString());
  }
}
