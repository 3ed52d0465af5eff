package dev.polecat.sling.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A child JVM's line to its parent: says when a write was acknowledged, and stops a thread at a
 * step until the parent has struck. When the parent is gone, the child ends. Thread-safe.
 */
final class ParentLine {
  static final String ACK = "ack";
  static final String STEP = "step";
  static final String GO = "go";
  static final String NO_BRANCH = "-";

  private final Map<String, AtomicInteger> reached = new ConcurrentHashMap<>();
  private final Map<String, String> strikes = new HashMap<>();
  private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();
  private final ThreadLocal<@Nullable String> branch = new ThreadLocal<>();

  ParentLine(Job job) {
    for (String strike : job.strikes()) {
      String[] parts = strike.split("@", 2);
      strikes.put(parts[1], parts[0]);
      waiting.put(parts[0], new CountDownLatch(1));
    }
    Thread listener = new Thread(this::listen, "parent-line");
    listener.setDaemon(true);
    listener.start();
  }

  /** Names the branch that the current thread works on. */
  void on(String name) {
    branch.set(name);
  }

  void acknowledged() {
    say(ACK);
  }

  /** The watcher of steps. */
  void reached(String step) {
    int nth = reached.computeIfAbsent(step, name -> new AtomicInteger()).incrementAndGet();
    @Nullable String number = strikes.get(step + "#" + nth);
    if (number == null) {
      return;
    }
    @Nullable String here = branch.get();
    say(STEP + "\t" + number + "\t" + (here == null ? NO_BRANCH : here));
    try {
      waiting.get(number).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted at " + step, e);
    }
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }

  private void listen() {
    try {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        waiting.get(line.split("\t")[1]).countDown();
      }
    } catch (IOException e) {
      System.err.println("The line to the parent broke: " + e);
    }
    Runtime.getRuntime().halt(99);
  }
}
