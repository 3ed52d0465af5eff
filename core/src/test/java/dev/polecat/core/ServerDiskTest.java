package dev.polecat.core;

import static dev.polecat.core.DoltServerStartTest.onFreePort;
import static dev.polecat.core.ServerEvent.Kind.DISK_FULL;
import static dev.polecat.core.ServerEvent.Kind.DISK_LOW;
import static dev.polecat.core.ServerEvent.Kind.RECOVERED;
import static dev.polecat.core.ServerEvent.Kind.RESTARTED;
import static dev.polecat.core.ServerEvent.Kind.RESTART_SCHEDULED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A disk of its own that really is full, or read-only. Needs the right to mount one. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class ServerDiskTest {
  private static final DatabaseName HQ = DatabaseName.of("hq");

  @TempDir Path directory;
  private final ServerEvents events = new ServerEvents();
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(directory.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString());
    assumeTrue(mounted, "no file system can be mounted here");
  }

  @AfterEach
  void unmount() throws Exception {
    // the kernel may take a moment to let go of a process that has just ended
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (mounted && !run("umount", disk.toString())) {
      assertThat(System.nanoTime()).as("somebody has a file open").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void aServerThatFindsTheDiskFullComesBackWithAllDataWhenThereIsSpaceAndNotBefore()
      throws Exception {
    try (DoltServer server = DoltServer.start(config())) {
      Path backup = Files.write(disk.resolve("backup"), new byte[16 << 20]);
      List<Integer> acknowledged = fill(server);

      ServerEvent full = events.await(DISK_FULL);
      assertThat(full.message()).contains("KiB free", "Free space there", disk.toString());
      assertThat(full.state().status()).isEqualTo(ServerState.Status.DISK_FULL);
      assertThatExceptionOfType(ServerException.Unreachable.class)
          .isThrownBy(() -> server.awaitHealthy(Duration.ofMillis(500)))
          .withMessageContainingAll("DISK_FULL", "Free space there");
      awaitChecks(server, 3);
      assertThat(events.kinds()).contains(DISK_LOW).doesNotContain(RESTART_SCHEDULED, RESTARTED);
      assertThat(server.pid()).isEmpty();

      Files.delete(backup);

      events.await(RECOVERED);
      events.await(RESTARTED);
      try (Connection connection = server.database(HQ).connect(BranchName.MAIN)) {
        assertThat(TestBranch.read(connection, "SELECT id FROM t ORDER BY id"))
            .containsAll(acknowledged.stream().map(String::valueOf).toList());
        TestBranch.run(connection, "INSERT INTO t VALUES (0, 'goes on')");
      }
      assertThat(server.state().orElseThrow().status()).isEqualTo(ServerState.Status.RUNNING);
    }
  }

  @Test
  void onAFullDiskAStartFailsAndSaysWhatToDo() throws Exception {
    DoltServer.start(config()).close();
    fillUp();
    assertThatExceptionOfType(ServerException.StartFailed.class)
        .isThrownBy(() -> DoltServer.start(config()))
        .withMessageContainingAll("o space left on device", "Free space there");
  }

  @Test
  void onAReadOnlyDiskAStartFailsAndSaysWhatToDo() throws Exception {
    DoltServer.start(config()).close();
    assertThat(run("mount", "-o", "remount,ro", disk.toString())).isTrue();
    assertThatExceptionOfType(ServerException.StartFailed.class)
        .isThrownBy(() -> DoltServer.start(config()))
        .withMessageContainingAll("ead-only file system", "mount it writable again");
  }

  private ManagedServerConfig config() {
    return onFreePort(disk)
        .supervision(ServerEvents.QUICK.withMinFreeBytes(4 << 20))
        .listener(events)
        .build();
  }

  /** Writes until it cannot, and returns what was acknowledged. */
  private List<Integer> fill(DoltServer server) throws SQLException {
    List<Integer> acknowledged = new ArrayList<>();
    Random random = new Random(7);
    byte[] bytes = new byte[30_000];
    try (Connection connection = server.database(HQ).connect(BranchName.MAIN)) {
      TestBranch.run(connection, "CREATE TABLE t (id INT PRIMARY KEY, v LONGTEXT)");
      try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
        for (int id = 1; id < 5_000; id++) {
          random.nextBytes(bytes);
          insert.setInt(1, id);
          insert.setString(2, HexFormat.of().formatHex(bytes));
          insert.executeUpdate();
          acknowledged.add(id);
        }
      }
    } catch (SQLException e) {
      assertThat(acknowledged).hasSizeGreaterThan(50);
      return acknowledged;
    }
    throw new AssertionError("the disk was never full");
  }

  private void fillUp() throws IOException {
    byte[] block = new byte[4096];
    try (var file = Files.newOutputStream(disk.resolve("filler"))) {
      while (true) {
        file.write(block);
      }
    } catch (IOException e) {
      assertThat(Files.getFileStore(disk).getUsableSpace()).isLessThan(4096);
    }
  }

  private static void awaitChecks(DoltServer server, int checks) throws InterruptedException {
    for (int i = 0; i < checks; i++) {
      Instant before = server.state().orElseThrow().updatedAt();
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (server.state().orElseThrow().updatedAt().equals(before)) {
        assertThat(System.nanoTime()).isLessThan(end);
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).start().waitFor() == 0;
  }
}
