package dev.polecat.core.internal.binary;

import java.util.Locale;

/** An operating system and processor, in the words Go and Dolt's releases use. */
record Platform(String os, String arch) {

  static Platform current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static Platform of(String osName, String osArch) {
    String name = osName.toLowerCase(Locale.ROOT);
    String os =
        name.startsWith("mac")
            ? "darwin"
            : name.startsWith("windows") ? "windows" : firstWord(name);
    String arch =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> firstWord(osArch.toLowerCase(Locale.ROOT));
        };
    return new Platform(os, arch);
  }

  boolean isWindows() {
    return os.equals("windows");
  }

  String executable(String name) {
    return isWindows() && !name.endsWith(".exe") ? name + ".exe" : name;
  }

  String archiveName() {
    return "dolt-" + this + (isWindows() ? ".zip" : ".tar.gz");
  }

  @Override
  public String toString() {
    return os + "-" + arch;
  }

  private static String firstWord(String text) {
    return text.split("[^a-z0-9_]", 2)[0];
  }
}
