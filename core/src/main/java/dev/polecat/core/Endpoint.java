package dev.polecat.core;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where a Dolt server listens and who logs in there. Immutable and safe to share; {@link
 * #toString()} never shows the password.
 *
 * @param host a host name or address
 * @param port the TCP port, 1 to 65535
 * @param user the MySQL user
 * @param password the user's password; empty only for a loopback host
 */
public record Endpoint(String host, int port, String user, String password) {
  /** The port of a town's server, chosen by the seeds to stay clear of MySQL's 3306. */
  public static final int DEFAULT_PORT = 3307;

  /**
   * Validates the endpoint.
   *
   * @param host a host name or address
   * @param port the TCP port, 1 to 65535
   * @param user the MySQL user
   * @param password the user's password; empty only for a loopback host
   * @throws InvalidNameException if a part is unusable, or the password is empty for a host that is
   *     not loopback
   */
  public Endpoint {
    if (host == null || !host.matches("[A-Za-z0-9._:\\[\\]-]{1,255}")) {
      throw new InvalidNameException("host", host, "Give a host name or an address.");
    }
    if (port < 1 || port > 65_535) {
      throw new InvalidNameException("port", Integer.toString(port), "Give 1 to 65535.");
    }
    Login.requireUser(user);
    if (password.isEmpty() && !isLoopback(host)) {
      throw new InvalidNameException(
          "password",
          "",
          "A user without a password is accepted on loopback only; give the password of "
              + user
              + " at "
              + host
              + ":"
              + port
              + ".");
    }
  }

  /**
   * The user {@code root} without a password on 127.0.0.1, as a managed server has it.
   *
   * @param port the TCP port
   * @return the endpoint
   */
  public static Endpoint local(int port) {
    return new Endpoint("127.0.0.1", port, "root", "");
  }

  /**
   * The same server for another user.
   *
   * @param login who logs in
   * @return the endpoint
   * @throws InvalidNameException if the password is empty and the host is not loopback
   */
  public Endpoint as(Login login) {
    return new Endpoint(host, port, login.user(), login.password());
  }

  /**
   * Host and port as URLs have them, an IPv6 address in brackets.
   *
   * @return {@code host:port}
   */
  public String authority() {
    return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * The connection string that leads to one branch, without credentials: what a process outside
   * this library needs besides the user and the password.
   *
   * @param database the database
   * @param branch the branch
   * @return {@code jdbc:mysql://host:port/database/branch}
   */
  public String jdbcUrl(DatabaseName database, BranchName branch) {
    return "jdbc:mysql://" + authority() + "/" + database + "/" + branch;
  }

  /**
   * The endpoint for messages.
   *
   * @return {@code user@host:port}
   */
  @Override
  public String toString() {
    return user + "@" + authority();
  }

  private static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    // a literal address is parsed without a look-up; a name other than localhost is not trusted
    if (!host.matches("[0-9.]+|\\[?[0-9a-fA-F:]+]?")) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
