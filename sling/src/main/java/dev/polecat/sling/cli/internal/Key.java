package dev.polecat.sling.cli.internal;

import java.util.Locale;

/** A setting, with what it is called in each place it can come from; empty where it cannot. */
public enum Key {
  TOWN("--town", "GT_TOWN_ROOT", "", "", ""),
  EXTERNAL("", "", "external", "", "false"),
  DATA_DIR("", "", "data_dir", "", ""),
  MODE("", "BD_DOLT_MODE", "", "dolt.mode", "server"),
  HOST("--host", "GT_DOLT_HOST", "host", "dolt.host", "127.0.0.1"),
  PORT("--port", "GT_DOLT_PORT", "port", "dolt.port", "3307"),
  USER("--user", "", "user", "dolt.user", "root"),
  PASSWORD("", "BEADS_DOLT_PASSWORD", "password", "", ""),
  RIG("--rig", "GT_RIG", "", "", ""),
  BRANCH("", "BD_BRANCH", "", "", ""),
  AUTO_COMMIT("--dolt-auto-commit", "BD_DOLT_AUTO_COMMIT", "", "dolt.auto-commit", "on");

  private final String flag;
  private final String variable;
  private final String daemonKey;
  private final String beadsKey;
  private final String standard;

  Key(String flag, String variable, String daemonKey, String beadsKey, String standard) {
    this.flag = flag;
    this.variable = variable;
    this.daemonKey = daemonKey;
    this.beadsKey = beadsKey;
    this.standard = standard;
  }

  String flag() {
    return flag;
  }

  String variable() {
    return variable;
  }

  /** Its name in the section {@code dolt_server} of {@code mayor/daemon.json}. */
  String daemonKey() {
    return daemonKey;
  }

  /** Its name in {@code .beads/config.yaml}. */
  String beadsKey() {
    return beadsKey;
  }

  /** What it is when nothing says so. */
  String standard() {
    return standard;
  }

  boolean isSecret() {
    return this == PASSWORD;
  }

  /** Whether the values are switches. */
  boolean isSwitch() {
    return this == AUTO_COMMIT || this == EXTERNAL;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
