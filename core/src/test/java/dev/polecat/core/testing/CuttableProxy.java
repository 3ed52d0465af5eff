package dev.polecat.core.testing;

import dev.polecat.core.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on loopback between the driver and a Dolt server, that can cut a connection at an exact
 * statement, or hold the whole server back. Without orders it passes everything on. Thread-safe.
 */
public final class CuttableProxy implements AutoCloseable {
  /** Where to cut, seen from the statement that is waited for. */
  public enum Cut {
    /** The server never gets the statement. */
    BEFORE_REQUEST,
    /** The server gets it; its answer is swallowed. */
    BEFORE_ANSWER,
    /** The server gets it, and its connection stays open; only the client is cut off. */
    CLIENT_ONLY,
    /**
     * As {@link #CLIENT_ONLY}, but the server gets the statement when it is delivered, or never.
     */
    LATE
  }

  private record Order(String text, Cut cut, boolean refuseAfter) {}

  private record Late(Socket upstream, byte[] request) {}

  private final Endpoint server;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Order> order = new AtomicReference<>();
  private final AtomicReference<@Nullable Late> late = new AtomicReference<>();
  private volatile boolean refusing;
  private volatile boolean answeredLate;

  private CuttableProxy(Endpoint server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
    start(this::accept);
  }

  /** Starts a proxy to a server on a free port. */
  public static CuttableProxy to(Endpoint server) {
    try {
      return new CuttableProxy(server, new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where to connect to reach the server through the proxy. */
  public Endpoint endpoint() {
    return new Endpoint("127.0.0.1", listener.getLocalPort(), server.user(), server.password());
  }

  /** Cuts, once, the connection on which the next statement with this text is sent. */
  public void cutAt(String text, Cut cut) {
    order.set(new Order(text, cut, false));
  }

  /** Cuts as {@link Cut#BEFORE_ANSWER}, and from then on refuses all connections. */
  public void refuseFrom(String text) {
    order.set(new Order(text, Cut.BEFORE_ANSWER, true));
  }

  /**
   * Sends the server what was cut as {@link Cut#LATE}, if its connection is still there, and waits
   * until the server has ended it, or answered.
   */
  public void deliverLate() {
    Late kept = late.getAndSet(null);
    if (kept == null) {
      throw new IllegalStateException("No statement is kept.");
    }
    try {
      kept.upstream().getOutputStream().write(kept.request());
      while (!kept.upstream().isClosed() && !answeredLate) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      // the server has ended the connection: it does not hear the statement
    }
  }

  /** Whether the cut that was ordered is still to come. */
  public boolean isWaitingToCut() {
    return order.get() != null;
  }

  /** Cuts all connections, and new ones as soon as they are made, until told otherwise. */
  public void refuse(boolean on) {
    refusing = on;
    if (on) {
      cutAll();
    }
  }

  /** Cuts all connections there are. */
  public void cutAll() {
    sockets.forEach(CuttableProxy::close);
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cutAll();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          close(client);
          continue;
        }
        Socket upstream = upstreamOf(client);
        if (upstream == null) {
          continue;
        }
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(upstream);
        AtomicReference<Boolean> swallow = new AtomicReference<>(false);
        start(() -> requests(client, upstream, swallow));
        start(() -> answers(client, upstream, swallow));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** A server that is away is one that closes at once. */
  private @Nullable Socket upstreamOf(Socket client) {
    try {
      return new Socket(server.host(), server.port());
    } catch (IOException e) {
      close(client);
      return null;
    }
  }

  private void requests(Socket client, Socket upstream, AtomicReference<Boolean> swallow) {
    boolean keepServer = false;
    try {
      InputStream in = client.getInputStream();
      OutputStream out = upstream.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        Order due = due(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
        if (due != null && due.cut() == Cut.BEFORE_REQUEST) {
          return;
        }
        if (due != null && due.cut() == Cut.LATE) {
          keepServer = true;
          late.set(new Late(upstream, Arrays.copyOf(buffer, n)));
          return;
        }
        refusing |= due != null && due.refuseAfter();
        swallow.set(due != null);
        out.write(buffer, 0, n);
        out.flush();
        if (due != null) {
          keepServer = due.cut() == Cut.CLIENT_ONLY;
          return;
        }
      }
    } catch (IOException e) {
      // the connection is cut; that is what this is for
    } finally {
      close(client);
      if (!keepServer) {
        close(upstream);
      }
    }
  }

  private void answers(Socket client, Socket upstream, AtomicReference<Boolean> swallow) {
    try {
      InputStream in = upstream.getInputStream();
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        answeredLate = client.isClosed();
        if (!swallow.get() && !client.isClosed()) {
          client.getOutputStream().write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      // the connection is cut; that is what this is for
    } finally {
      close(client);
      close(upstream);
      sockets.remove(client);
      sockets.remove(upstream);
    }
  }

  private @Nullable Order due(String request) {
    Order next = order.get();
    return next != null && request.contains(next.text()) && order.compareAndSet(next, null)
        ? next
        : null;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "cuttable-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
