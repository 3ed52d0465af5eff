package dev.polecat.core.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinary.Source;
import dev.polecat.core.DoltBinaryException;
import java.net.ServerSocket;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DownloadTest extends SearchFixture {

  @Test
  void theBinaryOfAGoodArchiveIsUsed() throws Exception {
    try (ReleaseServer server = ReleaseServer.serving(Archives.release("1.86.4"))) {
      assertThat(DoltBinary.find(downloading(server).build()).version()).isEqualTo("1.86.4");
    }
    assertThat(cacheEntry()).isExecutable().hasContent(FakePrograms.doltScript("1.86.4"));
  }

  @Test
  void anArchiveWithTheExpectedDigestIsUsed() throws Exception {
    byte[] archive = Archives.release("1.86.4");
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    try (ReleaseServer server = ReleaseServer.serving(archive)) {
      assertThat(DoltBinary.find(downloading(server).archiveSha256(digest).build()).source())
          .isEqualTo(Source.DOWNLOAD);
    }
  }

  @Test
  void anArchiveWithAnotherDigestIsRefused() throws Exception {
    try (ReleaseServer server = ReleaseServer.serving(Archives.release("1.86.4"))) {
      String expected = "0".repeat(64);
      assertThat(failureOf(downloading(server).archiveSha256(expected), Source.DOWNLOAD))
          .contains("SHA-256", "expected was " + expected);
    }
    assertThat(cacheEntry()).doesNotExist();
  }

  @Test
  void aBinaryOfAnotherVersionIsRefused() throws Exception {
    try (ReleaseServer server = ReleaseServer.serving(Archives.release("1.87.0"))) {
      assertThat(failureOf(downloading(server), Source.DOWNLOAD))
          .isEqualTo("it says it is dolt 1.87.0, not 1.86.4");
    }
    assertThat(cacheEntry()).doesNotExist();
  }

  @Test
  void aTruncatedArchiveIsRefused() throws Exception {
    byte[] whole = Archives.release("1.86.4");
    for (int length : new int[] {0, 5, whole.length / 2, whole.length - 9}) {
      try (ReleaseServer server = ReleaseServer.serving(Arrays.copyOf(whole, length))) {
        assertThat(failureOf(downloading(server), Source.DOWNLOAD)).isNotBlank();
      }
      assertThat(cacheEntry()).doesNotExist();
    }
  }

  @Test
  void anAnswerThatEndsTooEarlyIsRefused() throws Exception {
    byte[] archive = Archives.release("1.86.4");
    try (ReleaseServer server =
        new ReleaseServer(
            exchange -> {
              exchange.sendResponseHeaders(200, archive.length);
              exchange.getResponseBody().write(archive, 0, archive.length / 2);
            })) {
      assertThat(failureOf(downloading(server), Source.DOWNLOAD)).isNotBlank();
    }
    assertThat(cacheEntry()).doesNotExist();
  }

  @Test
  void aTraversalArchiveFailsAndNothingIsWrittenOutside() throws Exception {
    byte[] archive =
        Archives.tarGz()
            .file("dolt-any/bin/dolt", FakePrograms.doltScript("1.86.4"))
            .file("../../../outside", "evil")
            .bytes();
    try (ReleaseServer server = ReleaseServer.serving(archive)) {
      assertThat(failureOf(downloading(server), Source.DOWNLOAD))
          .isEqualTo("the archive names a place outside of it: ../../../outside");
    }
    assertThat(cacheEntry()).doesNotExist();
    assertThat(directory).isDirectoryNotContaining("glob:**outside");
    assertThat(cache()).isDirectoryNotContaining("glob:**outside");
  }

  @Test
  void anErrorStatusIsNamed() throws Exception {
    try (ReleaseServer server = ReleaseServer.failing(404)) {
      assertThat(failureOf(downloading(server), Source.DOWNLOAD))
          .isEqualTo("the server answered HTTP 404");
    }
  }

  @Test
  void aServerThatNobodyRunsIsNamed() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    URI nobody = URI.create("http://localhost:" + closedPort + "/");
    assertThat(failureOf(search().releases(nobody).downloadAllowed(true), Source.DOWNLOAD))
        .contains("cannot reach localhost", "ConnectException");
  }

  @Test
  void aStalledServerIsGivenUp() throws Exception {
    try (ReleaseServer server = ReleaseServer.holding(Archives.release("1.86.4"))) {
      assertThat(
              failureOf(downloading(server).stallTimeout(Duration.ofMillis(300)), Source.DOWNLOAD))
          .isEqualTo("no byte came for 300 ms, after 10 bytes");
    }
    assertThat(cacheEntry()).doesNotExist();
  }

  @Test
  void aRedirectIsFollowed() throws Exception {
    try (ReleaseServer target = ReleaseServer.serving(Archives.release("1.86.4"));
        ReleaseServer server = ReleaseServer.redirecting(target.address() + "elsewhere")) {
      assertThat(DoltBinary.find(downloading(server).build()).source()).isEqualTo(Source.DOWNLOAD);
      assertThat(target.requests()).isEqualTo(1);
    }
  }

  @Test
  void aRedirectToPlainHttpElsewhereIsRefused() throws Exception {
    try (ReleaseServer server = ReleaseServer.redirecting("http://dolt.example/dolt.tar.gz")) {
      assertThat(failureOf(downloading(server), Source.DOWNLOAD))
          .contains("not https: http://dolt.example/dolt.tar.gz");
    }
  }

  @Test
  void aRedirectLoopEnds() throws Exception {
    try (ReleaseServer server = ReleaseServer.redirecting("again")) {
      assertThat(failureOf(downloading(server), Source.DOWNLOAD))
          .startsWith("was sent on more than 5 times");
    }
  }

  @Test
  void anInterruptEndsTheSearchAndLeavesTheFlagSet() throws Exception {
    try (ReleaseServer server = ReleaseServer.holding(Archives.release("1.86.4"))) {
      AtomicReference<Thread> searching = new AtomicReference<>();
      CompletableFuture<Boolean> flag = new CompletableFuture<>();
      CompletableFuture<DoltBinaryException> failure =
          CompletableFuture.supplyAsync(
              () -> {
                DoltBinaryException thrown = failureOf(downloading(server).buildAllowed(true));
                flag.complete(Thread.interrupted());
                return thrown;
              },
              task -> {
                searching.set(new Thread(task));
                searching.get().start();
              });
      server.awaitRequest();
      searching.get().interrupt();

      assertThat(failure.get())
          .hasMessageContaining("interrupted")
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(failure.get().attempts())
          .as("no build after the interrupt")
          .noneMatch(attempt -> attempt.source() == Source.BUILD);
      assertThat(flag).isCompletedWithValue(true);
    }
  }
}
