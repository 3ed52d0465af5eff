package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class DoltBinarySearchTest {
  private static final Path HOME = Path.of("home").toAbsolutePath();

  @Test
  void theDefaultsAreWhatTheDocumentationSays() {
    DoltBinarySearch search = with(Map.of(), "Linux").build();

    assertThat(search.given()).isEmpty();
    assertThat(search.pathVariable()).isEmpty();
    assertThat(search.releases())
        .isEqualTo(URI.create("https://github.com/dolthub/dolt/releases/download/"));
    assertThat(search.archiveSha256()).isEmpty();
    assertThat(search.downloadAllowed()).isTrue();
    assertThat(search.buildAllowed()).isTrue();
    assertThat(search.goCommand()).isEqualTo("go");
    assertThat(search.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(search.stallTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(search.buildTimeout()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the paths of the others are not absolute")
  void theCacheIsWhereTheSystemWantsCaches() {
    assertThat(cache(Map.of("XDG_CACHE_HOME", "/x"), "Linux"))
        .isEqualTo(Path.of("/x/polecat/dolt"));
    assertThat(cache(Map.of("XDG_CACHE_HOME", "relative"), "Linux"))
        .isEqualTo(HOME.resolve(".cache/polecat/dolt"));
    assertThat(cache(Map.of(), "Linux")).isEqualTo(HOME.resolve(".cache/polecat/dolt"));
    assertThat(cache(Map.of("XDG_CACHE_HOME", "/x"), "Mac OS X"))
        .isEqualTo(HOME.resolve("Library/Caches/polecat/dolt"));
    assertThat(cache(Map.of("LOCALAPPDATA", "/local"), "Windows 11"))
        .isEqualTo(Path.of("/local/polecat/dolt"));
    assertThat(cache(Map.of(), "Windows 11")).isEqualTo(HOME.resolve("AppData/Local/polecat/dolt"));
  }

  @Test
  void theEnvironmentGivesAPathUnlessCodeDoes() {
    Map<String, String> environment = Map.of("POLECAT_DOLT", "env-dolt");

    assertThat(with(environment, "Linux").build().given())
        .contains(Path.of("env-dolt").toAbsolutePath());
    assertThat(with(environment, "Linux").given(Path.of("other")).build().given())
        .contains(Path.of("other").toAbsolutePath());
    assertThat(with(Map.of("POLECAT_DOLT", " "), "Linux").build().given()).isEmpty();
  }

  @Test
  void programsAreNotTakenFromAnUnprotectedAddress() {
    for (String address :
        List.of(
            "http://dolt.example/",
            "http://127.0.0.1.dolt.example/",
            "http://localhost.dolt.example/",
            "http://localhost@dolt.example/",
            "ftp://localhost/",
            "file:///tmp/",
            "releases/")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> DoltBinarySearch.builder().releases(URI.create(address)))
          .withMessageContaining(address);
    }
  }

  @Test
  void aProtectedOrLoopbackAddressIsAccepted() {
    for (String address :
        List.of(
            "https://dolt.example/x", "http://localhost:1/", "http://127.0.0.1", "http://[::1]/")) {
      assertThat(DoltBinarySearch.builder().releases(URI.create(address)).build().releases())
          .asString()
          .startsWith(address)
          .endsWith("/");
    }
  }

  @Test
  void nonsenseIsRefusedWhereItIsSet() {
    DoltBinarySearchBuilder builder = DoltBinarySearch.builder();

    assertThatIllegalArgumentException().isThrownBy(() -> builder.archiveSha256("abc"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.buildTimeout(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.stallTimeout(Duration.ofSeconds(-1)))
        .withMessage("stallTimeout must be positive, not PT-1S");
  }

  @Test
  void theExceptionSurvivesSerialization() throws Exception {
    DoltBinaryException.Attempt attempt =
        new DoltBinaryException.Attempt(DoltBinary.Source.PATH, "there", "nothing");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new DoltBinaryException(List.of(attempt), null));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((DoltBinaryException) in.readObject()).attempts()).containsExactly(attempt);
    }
  }

  private static DoltBinarySearchBuilder with(Map<String, String> environment, String osName) {
    return new DoltBinarySearchBuilder(environment, osName, HOME);
  }

  private static Path cache(Map<String, String> environment, String osName) {
    return with(environment, osName).build().cacheDirectory();
  }
}
