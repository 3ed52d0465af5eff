package dev.polecat.bench.contest;

import dev.polecat.core.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A relay on loopback that hands on what it gets a little later, in both directions. It delays, it
 * does not throttle: what is sent at once arrives at once. Thread-safe.
 */
final class SlowNetwork implements AutoCloseable {
  private static final int BACKLOG = 1_000;

  private final Endpoint server;
  private final long nanosOneWay;
  private final ServerSocket door;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** One thread, and what is due at the same time goes in the order it came. */
  private final ScheduledExecutorService deliveries =
      Executors.newSingleThreadScheduledExecutor(SlowNetwork::daemon);

  SlowNetwork(Endpoint server, Duration roundTrip) throws IOException {
    this.server = server;
    this.nanosOneWay = roundTrip.toNanos() / 2;
    this.door = new ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"));
    daemon(this::accept).start();
  }

  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", door.getLocalPort(), server.user(), server.password());
  }

  @Override
  public void close() throws IOException {
    door.close();
    deliveries.shutdownNow();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket upstream = new Socket(server.host(), server.port());
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(upstream);
        daemon(() -> relay(client, upstream)).start();
        daemon(() -> relay(upstream, client)).start();
      } catch (IOException e) {
        if (!door.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void relay(Socket from, Socket to) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        byte[] sent = Arrays.copyOf(buffer, read);
        later(() -> deliver(sent, to));
      }
    } catch (IOException e) {
      // one end is gone; the other learns of it when its own end is closed
    } finally {
      sockets.remove(from);
      later(() -> hangUp(to));
    }
  }

  private void later(Runnable work) {
    if (!deliveries.isShutdown()) {
      deliveries.schedule(work, nanosOneWay, TimeUnit.NANOSECONDS);
    }
  }

  private static void deliver(byte[] sent, Socket to) {
    try {
      to.getOutputStream().write(sent);
    } catch (IOException e) {
      hangUp(to); // whoever sent this learns of it
    }
  }

  private static void hangUp(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "slow-network");
    thread.setDaemon(true);
    return thread;
  }
}
