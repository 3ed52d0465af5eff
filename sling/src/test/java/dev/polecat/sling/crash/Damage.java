package dev.polecat.sling.crash;

/** What is done to a town at work. */
enum Damage {
  /** SIGKILL to a JVM that writes. */
  KILL_JVM(true),
  /** SIGKILL to the server, which is then started again. */
  KILL_SERVER(true),
  /** {@code KILL <id>} of one session. */
  KILL_SESSION(true),
  /** One session's connection is reset on its way. */
  CUT_CONNECTION(true),
  /** SIGSTOP to a JVM, and SIGCONT a while later. */
  FREEZE_JVM(false),
  /** SIGSTOP to the server, and SIGCONT a while later. */
  FREEZE_SERVER(false),
  /** Everything takes longer on its way, for the whole round. */
  SLOW_NETWORK(false),
  /** The server's disk is full for a while; the server is killed and started again afterwards. */
  FULL_DISK(false);

  private final boolean kill;

  Damage(boolean kill) {
    this.kill = kill;
  }

  boolean isKill() {
    return kill;
  }

  boolean needsProxy() {
    return this == CUT_CONNECTION || this == SLOW_NETWORK;
  }
}
