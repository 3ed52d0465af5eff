package dev.polecat.core.internal.server;

import dev.polecat.core.CredentialsException;
import dev.polecat.core.DoltBinary;
import dev.polecat.core.Login;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import dev.polecat.core.internal.sql.Accounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The password of {@code root}: on a secured server it is set before the server can be reached.
 *
 * <p>Dolt makes {@code root} when it first serves a data directory, with the password in {@code
 * DOLT_ROOT_PASSWORD}. Where it has served before, {@code root} is changed while no server runs;
 * until that is known to be done, the password goes by another name, so that it is done again after
 * a crash.
 */
final class Administrator {
  private static final String ROOT = "root";
  private static final String NOT_SET_YET = "root.new";

  private final ManagedServerConfig config;
  private final PasswordDirectory passwords;

  Administrator(ManagedServerConfig config) {
    this.config = config;
    this.passwords = new PasswordDirectory(config.passwordDirectory());
  }

  /**
   * Who logs in as administrator of a server that runs.
   *
   * @throws CredentialsException if the password is missing or no secret, or the server is secured
   *     and the configuration says that it is not
   */
  Login login() {
    if (!config.secured()) {
      requireNeverSecured();
      return new Login(ROOT, "");
    }
    return passwords
        .find(ROOT)
        .orElseThrow(
            () ->
                new CredentialsException(
                    passwords.file(ROOT),
                    "is missing. Restore the file, or stop the server and start it again: that"
                        + " chooses another password.",
                    null));
  }

  /**
   * Sees to it that the server about to be started lets nobody in without a password, if it is to
   * be secured.
   *
   * @param environment the server's; changed
   * @return who logs in as administrator
   * @throws CredentialsException as for {@link #login()}
   */
  Login prepare(DoltBinary binary, Map<String, String> environment) throws IOException {
    if (!config.secured()) {
      return login();
    }
    if (!Files.exists(config.dataDirectory().resolve(".doltcfg").resolve("privileges.db"))) {
      Login root = passwords.obtain(ROOT);
      environment.put("DOLT_ROOT_PASSWORD", root.password());
      return root;
    }
    if (passwords.find(ROOT).isEmpty()) {
      setPassword(binary, environment, passwords.obtain(NOT_SET_YET).password());
      passwords.rename(NOT_SET_YET, ROOT);
    }
    return login();
  }

  /** What it means that the server does not take the password. */
  CredentialsException refused(SQLException answer) {
    return new CredentialsException(
        passwords.file(ROOT),
        "is not the password of root in "
            + config.dataDirectory()
            + ". Restore the file, or move it away: the next start then chooses another password.",
        answer);
  }

  private void requireNeverSecured() {
    for (String user : List.of(ROOT, NOT_SET_YET)) {
      if (passwords.has(user)) {
        throw new CredentialsException(
            passwords.file(user),
            "says that the data in "
                + config.dataDirectory()
                + " is served with passwords. Open it as secured: ManagedServerConfig.builder("
                + config.root()
                + ").secured(true).",
            null);
      }
    }
  }

  /** Through the standard input, where no other user of the machine sees it; and it is a hash. */
  private void setPassword(DoltBinary binary, Map<String, String> environment, String password)
      throws IOException {
    Path output = Files.createTempFile(config.runDirectory(), "secure-", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              List.of(
                  binary.path().toString(),
                  "--data-dir",
                  config.dataDirectory().toString(),
                  "sql"));
      builder.directory(config.dataDirectory().toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      Process process = builder.start();
      try {
        byte[] sql =
            (Accounts.alter(new Login(ROOT, password)) + ";\n").getBytes(StandardCharsets.US_ASCII);
        process.getOutputStream().write(sql);
        process.getOutputStream().close();
        if (!process.waitFor(config.startTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
          throw new ServerException.StartFailed(
              "Setting the password of root took longer than " + config.startTimeout() + ".", null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerException.StartFailed("Interrupted while the password of root was set.", e);
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new ServerException.StartFailed(
            "The password of root could not be set in "
                + config.dataDirectory()
                + ", so the server was not started. dolt says: "
                + Files.readString(output).replace(Accounts.hash(password), "<hash>").strip(),
            null);
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
