package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Another JVM, which uses the server of a directory and does what it is told to. */
final class ServerJvm implements AutoCloseable {
  private final Process jvm;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final long serverPid;

  /** What the other JVM runs: the root directory is its argument, and whether the server stays. */
  public static void main(String[] arguments) throws IOException {
    DoltServer server =
        DoltServer.start(
            ManagedServerConfig.builder(Path.of(arguments[0]))
                .port(0)
                .keepRunning(Boolean.parseBoolean(arguments[1]))
                .supervision(ServerEvents.QUICK)
                .listener(event -> say(event.kind().toString()))
                .build());
    say("pid " + server.pid().getAsLong());
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      if (order.equals("close")) {
        server.close();
        say("closed");
      } else {
        say("pid " + server.pid().orElse(0));
      }
    }
    System.exit(3);
  }

  ServerJvm(Path root) throws Exception {
    this(root, false);
  }

  ServerJvm(Path root, boolean keepRunning) throws Exception {
    this(start(root, keepRunning));
  }

  private ServerJvm(Process jvm) throws Exception {
    this.jvm = jvm;
    Thread reader = new Thread(this::read, "other-jvm-output");
    reader.setDaemon(true);
    reader.start();
    serverPid = number(says("pid "));
  }

  /** Two that are started in the same instant. */
  static List<ServerJvm> two(Path root) throws Exception {
    Process one = start(root, false);
    Process other = start(root, false);
    return List.of(new ServerJvm(one), new ServerJvm(other));
  }

  private static Process start(Path root, boolean keepRunning) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerJvm.class.getName(),
                root.toString(),
                Boolean.toString(keepRunning)))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  long pid() {
    return jvm.pid();
  }

  /** The server's process when the JVM came to it. */
  long serverPid() {
    return serverPid;
  }

  /** The server's process now, as that JVM knows it. */
  long askServerPid() throws Exception {
    order("pid");
    return number(says("pid "));
  }

  /** Waits for an event there. */
  void await(ServerEvent.Kind kind) throws Exception {
    says(kind.toString());
  }

  /** Has it close the server. */
  void closeServer() throws Exception {
    order("close");
    says("closed");
  }

  /** Lets it call System.exit without closing the server. */
  int exit() throws IOException, InterruptedException {
    jvm.getOutputStream().close();
    return jvm.waitFor();
  }

  /** Ends it as a system that shuts down does. */
  void terminate() throws InterruptedException {
    // by its handle: Process.destroy() would also close the output
    jvm.toHandle().destroy();
    jvm.waitFor();
  }

  /** Ends it without giving it a chance to do anything. */
  void kill() throws InterruptedException {
    jvm.toHandle().destroyForcibly();
    jvm.waitFor();
  }

  /** Ends it and the server it came to; what it restarted since it stops itself. */
  @Override
  public void close() {
    jvm.toHandle().destroy();
    try {
      jvm.onExit().get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      jvm.toHandle().destroyForcibly();
      throw new IllegalStateException("the other JVM does not end", e);
    }
    if (FakeDolt.runs(serverPid)) {
      ProcessHandle.of(serverPid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private void order(String order) throws IOException {
    jvm.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
    jvm.getOutputStream().flush();
  }

  private String says(String start) throws InterruptedException {
    while (true) {
      String line = lines.poll(30, TimeUnit.SECONDS);
      assertThat(line).as("other JVM says \"%s\"", start.toLowerCase(Locale.ROOT)).isNotNull();
      if (line.startsWith(start)) {
        return line;
      }
    }
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }

  private static synchronized void say(String line) {
    System.out.println(line);
  }

  private void read() {
    try (BufferedReader output = jvm.inputReader()) {
      output.lines().forEach(lines::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
