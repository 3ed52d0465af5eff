package dev.polecat.sling.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One run of the job, with the strikes made in it, up to the end of all its JVMs. */
final class Round implements ChildJvm.Listener {
  private static final Duration LIMIT = Duration.ofSeconds(150);
  private static final Duration SLOW = Duration.ofMillis(5);

  private final CrashTown town;
  private final int number;
  private final long seed;
  private final Plan plan;
  private final List<Strike> strikes;
  private final Path directory;
  private final Random random;

  private final List<ChildJvm> writers = new CopyOnWriteArrayList<>();
  private final AtomicInteger written = new AtomicInteger();
  private final Set<Integer> due = ConcurrentHashMap.newKeySet();
  private final Set<Integer> made = ConcurrentHashMap.newKeySet();
  private final List<Thread> striking = new CopyOnWriteArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final ReentrantLock serverLock = new ReentrantLock();
  private @Nullable Proxy proxy;

  Round(CrashTown town, int number, long seed, Plan plan, List<Strike> strikes) throws IOException {
    this.town = town;
    this.number = number;
    this.seed = seed;
    this.plan = plan;
    this.strikes = strikes;
    this.directory = town.newDirectory(name());
    this.random = new Random(seed);
  }

  String name() {
    return "r" + number;
  }

  /** What the rows of {@code hot} that a round's polecats write are called, up to their number. */
  static String shared(String round) {
    return round + "-s";
  }

  Path directory() {
    return directory;
  }

  /** Which of the strikes were made; the others' moments did not come. */
  List<Strike> made() {
    return made.stream().sorted().map(strikes::get).toList();
  }

  List<Strike> notMade() {
    List<Strike> rest = new ArrayList<>(strikes);
    made().forEach(rest::remove);
    return rest;
  }

  /** Runs the job, then lets fresh JVMs finish; gives what went wrong. */
  List<String> run() throws Exception {
    execute(
        "USE " + CrashTown.RIG,
        CrashTables.addShared(shared(name())),
        "CALL DOLT_COMMIT('-Am', 's')");
    boolean slow = false;
    for (int i = 0; i < strikes.size(); i++) {
      if (strikes.get(i).damage() == Damage.SLOW_NETWORK) {
        slow = true;
        made.add(i);
      }
    }
    try (Proxy way = new Proxy(town.server().port(), slow ? SLOW : Duration.ZERO)) {
      boolean proxied = strikes.stream().anyMatch(strike -> strike.damage().needsProxy());
      proxy = way;
      await(startWriters(proxied ? way.port() : town.server().port()));
      for (Thread strike : striking) {
        strike.join(LIMIT.toMillis());
      }
    }
    if (!town.server().process().isAlive()) {
      failures.add("The server died by itself: " + town.server().tail());
      town.server().startAgain();
    }
    finish();
    return List.copyOf(failures);
  }

  private List<ChildJvm> startWriters(int port) throws IOException {
    for (int i = 0; i < plan.jvms(); i++) {
      List<String> own = new ArrayList<>();
      for (int s = 0; s < strikes.size(); s++) {
        if (strikes.get(s).atStep() && s % plan.jvms() == i) {
          own.add(Job.strike(s, strikes.get(s)));
        }
      }
      String jvm = name() + (char) ('a' + i);
      writers.add(ChildJvm.start(job(jvm, false, port, seed * 100 + i, own), this));
    }
    return writers;
  }

  /** Two at once now and then: what is left must be done once. */
  private void finish() throws Exception {
    List<ChildJvm> finishers = new ArrayList<>();
    for (int i = 0; i < 1 + number % 2; i++) {
      Job job = job(name() + (char) ('x' + i), true, town.server().port(), seed, List.of());
      finishers.add(ChildJvm.start(job, this));
    }
    await(finishers);
  }

  private Job job(String jvm, boolean finish, int port, long jvmSeed, List<String> own) {
    return new Job(
        jvm,
        finish,
        port,
        CrashTown.RIG,
        directory,
        jvmSeed,
        plan.polecats(),
        plan.polecats(),
        plan.writes(),
        shared(name()),
        own);
  }

  private void await(List<ChildJvm> jvms) throws Exception {
    try {
      for (ChildJvm jvm : jvms) {
        failures.addAll(jvm.await(LIMIT));
      }
    } finally {
      jvms.forEach(ChildJvm::close);
    }
  }

  @Override
  public void acknowledged(ChildJvm jvm) {
    int now = written.incrementAndGet();
    for (int i = 0; i < strikes.size(); i++) {
      Strike strike = strikes.get(i);
      if (!strike.atStep() && !made.contains(i) && strike.nth() <= now && due.add(i)) {
        int index = i;
        long later = random.nextInt(10_000_000);
        Thread thread =
            new Thread(
                () -> {
                  LockSupport.parkNanos(later); // somewhere between this write and the next ones
                  strike(index, alive(jvm), ParentLine.NO_BRANCH);
                },
                strike.toString());
        striking.add(thread);
        thread.start();
      }
    }
  }

  @Override
  public void atStep(ChildJvm jvm, int index, String branch) {
    strike(index, jvm, branch);
  }

  private ChildJvm alive(ChildJvm otherwise) {
    List<ChildJvm> alive = writers.stream().filter(jvm -> jvm.process().isAlive()).toList();
    return alive.isEmpty() ? otherwise : alive.get(random.nextInt(alive.size()));
  }

  private void strike(int index, ChildJvm jvm, String branch) {
    Strike strike = strikes.get(index);
    try {
      if (make(strike, index, jvm, branch)) {
        made.add(index);
      }
      go(jvm, index);
    } catch (Exception e) {
      if (jvm.process().isAlive()) {
        failures.add(strike + " failed: " + e);
        jvm.close();
      }
    }
  }

  private void go(ChildJvm jvm, int index) throws IOException {
    if (strikes.get(index).atStep()) {
      jvm.go(index);
    }
  }

  /** Says whether there was something to strike. */
  private boolean make(Strike strike, int index, ChildJvm jvm, String branch) throws Exception {
    switch (strike.damage()) {
      case KILL_JVM -> {
        boolean alive = jvm.process().isAlive();
        jvm.kill();
        return alive;
      }
      case KILL_SESSION, CUT_CONNECTION -> {
        Optional<Long> victim = victim(strike, branch);
        if (victim.isEmpty()) {
          return false;
        }
        if (strike.damage() == Damage.CUT_CONNECTION) {
          return proxy != null && proxy.cut(victim.get());
        }
        execute("KILL " + victim.get());
        return true;
      }
      case FREEZE_JVM -> {
        Signals.freeze(jvm.process());
        Thread.sleep(300 + random.nextInt(700));
        Signals.thaw(jvm.process());
        return true;
      }
      case SLOW_NETWORK -> {
        return true;
      }
      case KILL_SERVER, FREEZE_SERVER, FULL_DISK -> {
        serverLock.lock();
        try {
          strikeServer(strike.damage(), index, jvm);
        } finally {
          serverLock.unlock();
        }
        return true;
      }
    }
    throw new IllegalStateException(strike.toString());
  }

  /** The victim goes on while the server is away, or when it is back. */
  private void strikeServer(Damage damage, int index, ChildJvm jvm) throws Exception {
    CrashServer server = town.server();
    switch (damage) {
      case KILL_SERVER -> {
        server.kill();
        if (random.nextBoolean()) {
          go(jvm, index);
        }
        server.startAgain();
      }
      case FREEZE_SERVER -> {
        Signals.freeze(server.process());
        go(jvm, index);
        Thread.sleep(300 + random.nextInt(700));
        Signals.thaw(server.process());
      }
      default -> {
        town.fillDisk();
        go(jvm, index);
        Thread.sleep(1_000);
        town.emptyDisk();
        server.kill();
        server.startAgain();
      }
    }
  }

  /** At a merge, the session that merges; at a write, one of the branch; else any. */
  private Optional<Long> victim(Strike strike, String branch) throws SQLException {
    serverLock.lock();
    try (Connection connection = town.server().connect("");
        Statement statement = connection.createStatement()) {
      String of = "1 = 1";
      if (strike.step().startsWith("merge.")) {
        of = "id = IS_USED_LOCK('pq:" + CrashTown.RIG + "')";
      } else if (!branch.equals(ParentLine.NO_BRANCH)) {
        of = "db = '" + CrashTown.RIG + "/" + branch + "'";
      }
      List<Long> sessions = sessions(statement, of);
      if (sessions.isEmpty()) {
        sessions = sessions(statement, "1 = 1");
      }
      return sessions.isEmpty()
          ? Optional.empty()
          : Optional.of(sessions.get(random.nextInt(sessions.size())));
    } finally {
      serverLock.unlock();
    }
  }

  private static List<Long> sessions(Statement statement, String of) throws SQLException {
    List<Long> sessions = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT id FROM information_schema.processlist WHERE db LIKE '"
                + CrashTown.RIG
                + "/%' AND "
                + of)) {
      while (rows.next()) {
        sessions.add(rows.getLong(1));
      }
    }
    return sessions;
  }

  private void execute(String... statements) throws SQLException {
    serverLock.lock();
    try (Connection connection = town.server().connect("");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } finally {
      serverLock.unlock();
    }
  }
}
