package dev.polecat.core.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinary.Source;
import dev.polecat.core.DoltBinaryException;
import dev.polecat.core.DoltBinarySearch;
import dev.polecat.core.DoltBinarySearchBuilder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class GoBuildTest extends SearchFixture {
  private static final String BUILD_A_SCRIPT =
      "printf '#!/bin/sh\\necho dolt version 1.86.4\\n' > \"$out\"";

  @Test
  void theMinimumGoIsTheOneThePinnedModuleAsksFor() throws Exception {
    try (InputStream module = DoltBinary.class.getResourceAsStream("dolt-build/go.mod.txt")) {
      assertThat(new String(module.readAllBytes(), StandardCharsets.UTF_8))
          .contains("\ngo " + GoBuild.MINIMUM_GO + "\n");
    }
  }

  @Test
  void aGoThatIsTooOldIsNamed() throws Exception {
    FakePrograms.compiler(bin());
    FakePrograms.go(bin(), "1.26.1", "exit 9");

    assertThat(failureOf(building(), Source.BUILD))
        .isEqualTo("Go >= 1.26.2 is needed, " + bin().resolve("go") + " is Go 1.26.1");
  }

  @Test
  void aMissingCompilerIsNamed() throws Exception {
    FakePrograms.go(bin(), "1.26.2", "exit 9");

    assertThat(failureOf(building(), Source.BUILD))
        .isEqualTo("there is no C compiler: Go would use 'cc -some -option', which is not on PATH");
  }

  @Test
  void aFailedBuildTellsTheLastLines() throws Exception {
    FakePrograms.compiler(bin());
    FakePrograms.go(
        bin(), "1.27", "i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo \"line $i\"; done; exit 7");

    assertThat(failureOf(building(), Source.BUILD))
        .startsWith("'go build' failed with exit code 7; it printed:\n    line 4981\n")
        .endsWith("\n    line 5000");
  }

  @Test
  void theBuildRunsInAPrivateModuleWithChecksumsOn() throws Exception {
    Path seen = directory.resolve("seen");
    FakePrograms.compiler(bin());
    FakePrograms.go(
        bin(),
        "1.26.2",
        "{ pwd; ls; echo \"$GOWORK $CGO_ENABLED $GOTMPDIR\"; env; } > '"
            + seen
            + "'\n"
            + BUILD_A_SCRIPT);

    assertThat(DoltBinary.find(building().build()).source()).isEqualTo(Source.BUILD);
    assertThat(Files.readAllLines(seen))
        .contains("go.mod", "go.sum")
        .anyMatch(line -> line.startsWith("off 1 " + cacheEntry().getParent()))
        .noneMatch(line -> line.matches("(GONOSUMDB|GONOSUMCHECK|GOINSECURE|GOSUMDB=off).*"));
    assertThat(Path.of(Files.readAllLines(seen).get(0))).doesNotExist();
  }

  @Test
  void aLongBuildTellsWhatItHasDoneSoFar() throws Exception {
    Path goOn = directory.resolve("go-on");
    FakePrograms.compiler(bin());
    FakePrograms.go(
        bin(),
        "1.26.2",
        "echo 'go: downloading example.com/a v1.0.0'; echo example.com/a; echo example.com/b\n"
            + "while [ ! -e '"
            + goOn
            + "' ]; do sleep 0.02; done\n"
            + BUILD_A_SCRIPT);
    // the build ends only after this has been told
    DoltBinarySearch search =
        building()
            .progress(
                line -> {
                  if (line.endsWith(", 1 modules downloaded, 2 packages compiled")
                      && !Files.exists(goOn)) {
                    assertThat(goOn.toFile().mkdir()).isTrue();
                  }
                })
            .build();

    try (WorkDirectory work = WorkDirectory.temporary()) {
      Path built = new GoBuild(search, Platform.current(), Duration.ofMillis(20)).build(work);
      assertThat(built).isRegularFile();
    }
    assertThat(goOn).exists();
  }

  @Test
  void aBuildThatTakesTooLongIsKilledWithItsChildren() throws Exception {
    Path pids = directory.resolve("pids");
    FakePrograms.compiler(bin());
    FakePrograms.go(bin(), "1.26.2", Pids.hangingScript(pids));

    assertThat(failureOf(building().buildTimeout(Duration.ofSeconds(2)), Source.BUILD))
        .isEqualTo("'go build' did not finish within 2 s; it printed:\n    compiling");
    assertThat(Pids.running(pids)).isEmpty();
  }

  @Test
  void aListenerThatThrowsEndsTheSearchAndTheBuild() throws Exception {
    Path pids = directory.resolve("pids");
    FakePrograms.compiler(bin());
    FakePrograms.go(bin(), "1.26.2", Pids.hangingScript(pids));
    DoltBinarySearch search =
        building()
            .progress(
                line -> {
                  if (Files.exists(pids)) {
                    throw new IllegalStateException("enough");
                  }
                })
            .build();

    try (WorkDirectory work = WorkDirectory.temporary()) {
      assertThatIllegalStateException()
          .isThrownBy(
              () -> new GoBuild(search, Platform.current(), Duration.ofMillis(20)).build(work))
          .withMessage("enough");
    }
    assertThat(Pids.running(pids)).isEmpty();
  }

  @Test
  void aBuiltBinaryThatDoesNotRunIsNotCached() throws Exception {
    FakePrograms.compiler(bin());
    FakePrograms.go(bin(), "1.26.2", "echo nonsense > \"$out\"");

    DoltBinaryException failure = failureOf(building());

    assertThat(failure.attempts()).last().extracting("source").isEqualTo(Source.BUILD);
    assertThat(cacheEntry()).doesNotExist();
  }

  @Test
  @EnabledIfSystemProperty(named = "polecat.test.build", matches = "true")
  void thePinnedVersionCanBeBuilt() throws Exception {
    // not by find(), where a dolt on PATH would win
    DoltBinarySearch real = building().pathVariable(System.getenv("PATH")).build();
    try (WorkDirectory work = WorkDirectory.temporary()) {
      Path built = new GoBuild(real, Platform.current()).build(work);
      assertThat(new BinaryProbe().version(built)).hasToString(DoltBinary.PINNED_VERSION);
    }
  }

  private DoltBinarySearchBuilder building() {
    return search().buildAllowed(true);
  }
}
