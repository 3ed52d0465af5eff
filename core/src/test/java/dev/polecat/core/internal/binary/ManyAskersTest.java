package dev.polecat.core.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinary.Source;
import dev.polecat.core.DoltBinarySearch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ManyAskersTest extends SearchFixture {

  @Test
  void ofManyThreadsOneDownloadsAndTheOthersWaitForTheCache() throws Exception {
    int askers = 16;
    CountDownLatch waiting = new CountDownLatch(askers - 1);
    ExecutorService threads = Executors.newFixedThreadPool(askers);
    try (ReleaseServer server = ReleaseServer.holding(Archives.release("1.86.4"))) {
      DoltBinarySearch search =
          downloading(server)
              .progress(
                  line -> {
                    if (line.startsWith("Waiting for another thread")) {
                      waiting.countDown();
                    }
                  })
              .build();
      List<Future<DoltBinary>> answers = new ArrayList<>();
      for (int i = 0; i < askers; i++) {
        answers.add(threads.submit(() -> DoltBinary.find(search)));
      }
      assertThat(waiting.await(1, TimeUnit.MINUTES)).as("all others wait").isTrue();
      server.release();

      List<Source> sources = new ArrayList<>();
      for (Future<DoltBinary> answer : answers) {
        sources.add(answer.get().source());
      }
      assertThat(sources).containsOnlyOnce(Source.DOWNLOAD).contains(Source.CACHE).hasSize(askers);
      assertThat(server.requests()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void ofTwoProcessesOneDownloadsAndTheOtherWaitsForTheCache() throws Exception {
    try (ReleaseServer server = ReleaseServer.holding(Archives.release("1.86.4"));
        OtherJvm first = start(server.address().toString(), false);
        OtherJvm second = start(server.address().toString(), false)) {
      CompletableFuture.anyOf(
              first.says("Waiting for another process"), second.says("Waiting for another process"))
          .get(1, TimeUnit.MINUTES);
      server.release();

      assertThat(List.of(first.lastLine(), second.lastLine()))
          .containsExactlyInAnyOrder("found by DOWNLOAD", "found by CACHE");
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void aJvmThatExitsKillsItsBuildAndLeavesNothing() throws Exception {
    Path pids = directory.resolve("pids");
    FakePrograms.compiler(bin());
    FakePrograms.go(bin(), "1.26.2", Pids.hangingScript(pids));
    try (OtherJvm jvm = start("http://localhost:1/", true)) {
      Pids.awaitWritten(pids);
      jvm.terminate();

      assertThat(Pids.running(pids)).isEmpty();
    }
  }

  private OtherJvm start(String releases, boolean build) throws IOException {
    return new OtherJvm(
        List.of(bin().toString(), cache().toString(), releases, String.valueOf(build)));
  }
}
