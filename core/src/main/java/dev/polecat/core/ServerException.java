package dev.polecat.core;

import org.jspecify.annotations.Nullable;

/**
 * A server could not be started, reached or stopped. The subclass says which.
 *
 * @serial exclude
 */
public abstract class ServerException extends DoltException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened, and what to do about it
   * @param cause the underlying failure, or null if there is none
   */
  protected ServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Nobody answers at the endpoint, or whoever answers does not let the user in.
   *
   * @serial exclude
   */
  public static final class Unreachable extends ServerException {
    private static final long serialVersionUID = 1L;
    private final transient Endpoint endpoint;

    /**
     * Creates the exception.
     *
     * @param endpoint where nobody answered
     * @param message what happened, and what to do about it
     * @param cause the underlying failure, or null if there is none
     */
    public Unreachable(Endpoint endpoint, String message, @Nullable Throwable cause) {
      super(message, cause);
      this.endpoint = endpoint;
    }

    /**
     * Where nobody answered.
     *
     * @return the endpoint
     */
    public Endpoint endpoint() {
      return endpoint;
    }
  }

  /**
   * The port that was asked for is in use by somebody else.
   *
   * @serial exclude
   */
  public static final class PortInUse extends ServerException {
    private static final long serialVersionUID = 1L;
    private final int port;

    /**
     * Creates the exception.
     *
     * @param port the port
     * @param cause the underlying failure, or null if the server itself reported it
     */
    public PortInUse(int port, @Nullable Throwable cause) {
      super(
          "Port "
              + port
              + " on 127.0.0.1 is in use by another process. Stop it, choose another port, or use"
              + " port 0 for any free one.",
          cause);
      this.port = port;
    }

    /**
     * The port in use.
     *
     * @return the port
     */
    public int port() {
      return port;
    }
  }

  /**
   * Another live process uses the data directory.
   *
   * @serial exclude
   */
  public static final class DataDirectoryInUse extends ServerException {
    private static final long serialVersionUID = 1L;
    private final long pid;

    /**
     * Creates the exception.
     *
     * @param directory the data directory
     * @param pid the process that uses it
     * @param activity what that process does there
     */
    public DataDirectoryInUse(java.nio.file.Path directory, long pid, String activity) {
      super(
          "The data directory "
              + directory
              + " is in use: process "
              + pid
              + " "
              + activity
              + ". Connect to that server, or stop it first; two servers on one directory would"
              + " damage it.",
          null);
      this.pid = pid;
    }

    /**
     * The process that uses the directory.
     *
     * @return its process id
     */
    public long pid() {
      return pid;
    }
  }

  /**
   * The server process could not be started, ended at once, or did not answer in time.
   *
   * @serial exclude
   */
  public static final class StartFailed extends ServerException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, with the last lines the server wrote
     * @param cause the underlying failure, or null if there is none
     */
    public StartFailed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
