package dev.polecat.core;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Another JVM, which starts a server and ends when it is told to. */
final class ServerJvm implements AutoCloseable {
  private final Process jvm;
  private final long serverPid;

  /** What the other JVM runs: the server's root directory is its argument. */
  public static void main(String[] arguments) throws IOException {
    DoltServer server =
        DoltServer.start(ManagedServerConfig.builder(Path.of(arguments[0])).port(0).build());
    System.out.println("pid " + server.pid().getAsLong());
    System.in.read();
    System.exit(3);
  }

  ServerJvm(Path root) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ServerJvm.class.getName(),
                    root.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    jvm = builder.start();
    BufferedReader output = jvm.inputReader();
    String line = output.readLine();
    while (line != null && !line.startsWith("pid ")) {
      line = output.readLine();
    }
    if (line == null) {
      throw new IOException("no server was started");
    }
    serverPid = Long.parseLong(line.substring("pid ".length()));
  }

  long serverPid() {
    return serverPid;
  }

  /** Lets it call System.exit without closing the server. */
  int exit() throws IOException, InterruptedException {
    jvm.getOutputStream().close();
    return jvm.waitFor();
  }

  /** Ends it as a system that shuts down does. */
  void terminate() throws InterruptedException {
    jvm.destroy();
    jvm.waitFor();
  }

  /** Ends it without giving it a chance to do anything. */
  void kill() throws InterruptedException {
    jvm.destroyForcibly();
    jvm.waitFor();
  }

  @Override
  public void close() {
    jvm.destroyForcibly();
    if (FakeDolt.runs(serverPid)) {
      ProcessHandle server = ProcessHandle.of(serverPid).orElseThrow();
      server.destroyForcibly();
      server.onExit().join();
    }
  }
}
