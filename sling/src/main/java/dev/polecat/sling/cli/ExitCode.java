package dev.polecat.sling.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the exit codes of {@code polecat} mean. */
public enum ExitCode {
  /** The command did what it was asked for. */
  DONE(0, "It is done."),
  /** The command failed; standard error says why and what to do. */
  FAILED(1, "It failed; standard error says why and what to do next."),
  /** The command line or a configuration file is wrong; nothing was done. */
  USAGE(2, "The command line or a configuration file is wrong; nothing was done."),
  /** A branch is parked: it was not merged, and a person is needed. */
  PARKED(3, "A branch is parked: not merged, kept, and waiting for a person."),
  /** The server does not run, cannot be reached, or does not let the user in. */
  NO_SERVER(4, "The server does not run, cannot be reached, or does not let the user in."),
  /** There is no such rig, branch, revision, table, row or other thing. */
  NOT_FOUND(5, "There is no such rig, branch, revision, table or row."),
  /** A branch is handed in, and was not merged while the command waited. */
  WAITING(6, "A branch is handed in, and not merged yet.");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /**
   * What the process exits with.
   *
   * @return 0 to 255
   */
  public int code() {
    return code;
  }

  /**
   * The code in words.
   *
   * @return one sentence
   */
  public String meaning() {
    return meaning;
  }

  /** All codes, as the help lists them. */
  static Map<String, String> list() {
    Map<String, String> list = new LinkedHashMap<>();
    for (ExitCode exit : values()) {
      list.put(Integer.toString(exit.code), exit.meaning);
    }
    return list;
  }
}
