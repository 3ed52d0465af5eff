package dev.polecat.sling.crash;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A way to the server that can be slow, and on which connections can be cut. Thread-safe. */
final class Proxy implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
  private final int serverPort;
  private final Duration delay;

  /** By the number of their session, which is in the first packet of the server. */
  private final Map<Long, Link> links = new ConcurrentHashMap<>();

  private record Link(Socket client, Socket server) {}

  /**
   * Opens the way.
   *
   * @param delay what each direction takes
   */
  Proxy(int serverPort, Duration delay) throws IOException {
    this.serverPort = serverPort;
    this.delay = delay;
    run("proxy", this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Resets a connection in both directions; says whether it was there. */
  boolean cut(long session) throws IOException {
    Link link = links.remove(session);
    if (link == null) {
      return false;
    }
    try {
      link.client().setSoLinger(true, 0);
      link.server().setSoLinger(true, 0);
    } catch (SocketException e) {
      return false; // its ends were closing already
    }
    link.client().close();
    link.server().close();
    return true;
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Link link : links.values()) {
      link.client().close();
      link.server().close();
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        try {
          Socket server = new Socket(InetAddress.getByName("127.0.0.1"), serverPort);
          client.setTcpNoDelay(true);
          server.setTcpNoDelay(true);
          Link link = new Link(client, server);
          run("proxy up", () -> copy(link, client, server, false));
          run("proxy down", () -> copy(link, server, client, true));
        } catch (IOException e) {
          client.close(); // nobody serves behind the door
        }
      } catch (IOException e) {
        if (!door.isClosed()) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
  }

  private void copy(Link link, Socket from, Socket to, boolean greets) {
    byte[] buffer = new byte[16 * 1024];
    boolean greeting = greets;
    try (from;
        to;
        InputStream in = from.getInputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (greeting) {
          links.put(session(buffer), link);
          greeting = false;
        }
        LockSupport.parkNanos(delay.toNanos());
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException e) {
      // one end is gone; the other learns of it by its own end being closed
    } finally {
      links.values().remove(link);
    }
  }

  /**
   * Four bytes of header, one of the protocol's version, the server's version and a zero before.
   */
  private static long session(byte[] greeting) {
    int at = 5;
    while (greeting[at] != 0) {
      at++;
    }
    return ByteBuffer.wrap(greeting, at + 1, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static void run(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
