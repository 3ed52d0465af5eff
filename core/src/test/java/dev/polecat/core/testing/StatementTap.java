package dev.polecat.core.testing;

import dev.polecat.core.Endpoint;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A relay on loopback between the driver and a Dolt server that notes what is sent: each entry is
 * one round trip. Thread-safe.
 */
public final class StatementTap implements AutoCloseable {
  /** A connection's login. */
  public static final String LOGIN = "(login)";

  /** A ping, which is no statement. */
  public static final String PING = "(ping)";

  private static final int QUIT = 1;
  private static final int QUERY = 3;
  private static final int PING_COMMAND = 14;

  private final Endpoint server;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private List<String> sent = new ArrayList<>();

  private StatementTap(Endpoint server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
    start(this::accept);
  }

  /** Starts a relay to a server on a free port. */
  public static StatementTap to(Endpoint server) {
    try {
      return new StatementTap(server, new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where to connect to reach the server through the relay. */
  public Endpoint endpoint() {
    return new Endpoint("127.0.0.1", listener.getLocalPort(), server.user(), server.password());
  }

  /** What was sent since the last call, in order; and forgets it. */
  public List<String> sent() {
    lock.lock();
    try {
      List<String> all = sent;
      sent = new ArrayList<>();
      return all;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket upstream = new Socket(server.host(), server.port());
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(upstream);
        start(() -> relay(client, upstream, this::requests));
        start(() -> relay(upstream, client, InputStream::transferTo));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private interface Relay {
    Object pass(InputStream in, OutputStream out) throws IOException;
  }

  private static void relay(Socket from, Socket to, Relay relay) {
    try (from;
        to) {
      relay.pass(from.getInputStream(), to.getOutputStream());
    } catch (IOException e) {
      // one side has hung up; so does the other
    }
  }

  /** A packet: its length in three bytes, its number, which is 0 for a command, and its body. */
  private Object requests(InputStream in, OutputStream out) throws IOException {
    DataInputStream data = new DataInputStream(in);
    while (true) {
      byte[] head = data.readNBytes(4);
      if (head.length < 4) {
        return head;
      }
      int length = (head[0] & 0xff) | (head[1] & 0xff) << 8 | (head[2] & 0xff) << 16;
      byte[] body = data.readNBytes(length);
      note(head[3], body);
      byte[] packet = new byte[4 + body.length];
      System.arraycopy(head, 0, packet, 0, 4);
      System.arraycopy(body, 0, packet, 4, body.length);
      out.write(packet);
    }
  }

  private void note(int number, byte[] body) {
    if (body.length == 0 || (number == 0 && body[0] == QUIT)) {
      return; // no answer is waited for
    }
    lock.lock();
    try {
      if (number != 0) {
        sent.add(LOGIN);
      } else if (body[0] == QUERY) {
        sent.add(new String(body, 1, body.length - 1, StandardCharsets.UTF_8));
      } else {
        sent.add(body[0] == PING_COMMAND ? PING : "(command " + body[0] + ")");
      }
    } finally {
      lock.unlock();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "statement-tap");
    thread.setDaemon(true);
    thread.start();
  }
}
