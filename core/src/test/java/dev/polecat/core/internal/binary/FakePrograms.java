package dev.polecat.core.internal.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Shell scripts that stand in for dolt, Go and the C compiler. */
final class FakePrograms {
  private FakePrograms() {}

  static String doltScript(String version) {
    return "#!/bin/sh\necho 'dolt version " + version + "'\necho 'Warning: something else'\n";
  }

  static Path dolt(Path directory, String version) throws IOException {
    return script(directory, "dolt", doltScript(version));
  }

  /** A Go that tells the version, says its compiler is {@code cc}, and builds with the script. */
  static void go(Path directory, String version, String buildScript) throws IOException {
    script(
        directory,
        "go",
        """
        #!/bin/sh
        PATH=/usr/bin:/bin
        case "$1" in
          version) echo "go version go%s linux/amd64"; exit 0 ;;
          env) echo "cc -some -option"; exit 0 ;;
        esac
        while [ "$1" != "-o" ]; do shift; done
        out="$2"
        %s
        """
            .formatted(version, buildScript));
  }

  static void compiler(Path directory) throws IOException {
    script(directory, "cc", "#!/bin/sh\n");
  }

  static Path script(Path directory, String name, String text) throws IOException {
    Path file = Files.createDirectories(directory).resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
