package dev.polecat.core.internal.sql;

import dev.polecat.core.Login;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Statements about MySQL accounts. They carry the password's hash, so that neither a log, nor an
 * error, nor the list of running statements ever shows a password; user names are validated before
 * they get here.
 */
public final class Accounts {
  private Accounts() {}

  /** The account, of a server that listens on loopback only. */
  public static String account(String user) {
    return "'" + user + "'@'localhost'";
  }

  public static String create(Login login) {
    return "CREATE USER IF NOT EXISTS " + account(login.user()) + identifiedBy(login);
  }

  public static String alter(Login login) {
    return "ALTER USER " + account(login.user()) + identifiedBy(login);
  }

  /** What {@code mysql_native_password} stores, and Dolt keeps for every user. */
  public static String hash(String password) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] once = sha1.digest(password.getBytes(StandardCharsets.UTF_8));
      return "*" + HexFormat.of().withUpperCase().formatHex(sha1.digest(once));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-1.", e);
    }
  }

  private static String identifiedBy(Login login) {
    return " IDENTIFIED WITH mysql_native_password AS '" + hash(login.password()) + "'";
  }
}
