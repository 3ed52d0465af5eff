package dev.polecat.sling.crash;

import dev.polecat.sling.cli.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The parent's side of a {@link WriterJvm}. Thread-safe. */
final class ChildJvm implements AutoCloseable {
  /** What a child says; called on a thread of its own. */
  interface Listener {
    void acknowledged(ChildJvm jvm);

    /** A thread of the child stands at a step until {@link ChildJvm#go} is called. */
    void atStep(ChildJvm jvm, int strike, String branch);
  }

  private final Job job;
  private final Path output;
  private final Process process;
  private final Thread reader;
  private final Thread exitHook;
  private volatile boolean struck;

  private ChildJvm(Job job, Path output, Process process, Listener listener) {
    this.job = job;
    this.output = output;
    this.process = process;
    this.reader = new Thread(() -> read(listener), "reads " + job.name());
    reader.setDaemon(true);
    this.exitHook = new Thread(process::destroyForcibly, "ends " + job.name());
    Runtime.getRuntime().addShutdownHook(exitHook);
  }

  static ChildJvm start(Job job, Listener listener) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(OtherJvm.classPath());
    command.add(WriterJvm.class.getName());
    command.addAll(job.toArguments());
    Path output = job.directory().resolve(job.name() + ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(job.directory().toFile())
            .redirectError(output.toFile())
            .start();
    ChildJvm jvm = new ChildJvm(job, output, process, listener);
    jvm.reader.start();
    return jvm;
  }

  String name() {
    return job.name();
  }

  Process process() {
    return process;
  }

  /** Whether the harness killed it. */
  boolean struck() {
    return struck;
  }

  void kill() throws InterruptedException {
    struck = true;
    Signals.kill(process);
  }

  /** Lets the thread that stands at a strike's step go on. */
  void go(int strike) throws IOException {
    if (process.isAlive()) {
      OutputStream in = process.getOutputStream();
      synchronized (in) {
        in.write((ParentLine.GO + "\t" + strike + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
      }
    }
  }

  /** Waits for its end; gives what went wrong, or nothing. */
  List<String> await(Duration limit) throws IOException, InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      Signals.dump(process);
      Thread.sleep(500); // for the dump
      Signals.kill(process);
      return List.of(name() + " hangs: " + Files.readString(output));
    }
    reader.join(limit.toMillis());
    return struck || process.exitValue() == 0
        ? List.of()
        : List.of(name() + " ended with " + process.exitValue() + ": " + Files.readString(output));
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(exitHook);
    process.destroyForcibly();
  }

  private void read(Listener listener) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\t");
        if (line.equals(ParentLine.ACK)) {
          listener.acknowledged(this);
        } else if (parts[0].equals(ParentLine.STEP)) {
          listener.atStep(this, Integer.parseInt(parts[1]), parts[2]);
        }
      }
    } catch (IOException e) {
      if (!struck && process.isAlive()) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
