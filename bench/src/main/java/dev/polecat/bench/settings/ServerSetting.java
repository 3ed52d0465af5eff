package dev.polecat.bench.settings;

/**
 * One change to how a managed server is run; all else is as the library has it.
 *
 * @param name what it is called in reports
 * @param shell shell commands that make the change before the server starts; {@code $config} is its
 *     configuration file
 */
public record ServerSetting(String name, String shell) {
  /** Nothing is changed. */
  public static final ServerSetting NONE = new ServerSetting("as the library has it", ":");

  /**
   * A system variable.
   *
   * @param name the variable
   * @param value its value
   * @return the setting
   */
  public static ServerSetting variable(String name, String value) {
    return new ServerSetting(
        name + "=" + value,
        """
        sed -i '/^  %s:/d' "$config"
        printf '  %s: %s\\n' >> "$config"
        """
            .formatted(name, name, value)); // system_variables is the last section
  }

  /**
   * A key below {@code behavior} in the configuration.
   *
   * @param name what it is called in reports
   * @param yaml its lines, indented by two
   * @return the setting
   */
  public static ServerSetting behavior(String name, String... yaml) {
    return new ServerSetting(
        name, "sed -i '/^behavior:/a\\" + String.join("\\n", yaml) + "' \"$config\"\n");
  }

  /**
   * A key at the top of the configuration.
   *
   * @param name the key
   * @param value its value
   * @return the setting
   */
  public static ServerSetting key(String name, String value) {
    return new ServerSetting(
        name + "=" + value,
        "sed -i 's/^%s: .*/%s: %s/' \"$config\"\n".formatted(name, name, value));
  }

  /**
   * A variable of the server's environment.
   *
   * @param name the variable
   * @param value its value
   * @return the setting
   */
  public static ServerSetting environment(String name, String value) {
    return new ServerSetting(name + "=" + value, "export " + name + "=" + value + "\n");
  }

  /** A program that does as dolt does, with the setting made before a server starts. */
  String wrapper(String dolt) {
    return """
        #!/bin/sh
        if [ "$1" = sql-server ]; then
        for config in "$@"; do :; done
        %s
        fi
        exec '%s' "$@"
        """
        .formatted(shell, dolt);
  }
}
