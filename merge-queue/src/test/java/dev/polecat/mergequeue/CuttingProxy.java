package dev.polecat.mergequeue;

import dev.polecat.core.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stands before a server, and cuts or holds up connections at the statements it is told. */
final class CuttingProxy implements AutoCloseable {
  /** When a connection is cut. */
  enum Cut {
    /** Before the server has the statement. */
    BEFORE,
    /** When the server has answered, and before the answer arrives. */
    AFTER
  }

  private final Endpoint target;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger left = new AtomicInteger();
  private volatile Cut cut = Cut.BEFORE;
  private volatile String marker = "";
  private final AtomicReference<@Nullable Interruption> interruption = new AtomicReference<>();

  private record Interruption(String text, Runnable action) {}

  CuttingProxy(Endpoint target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", listener.getLocalPort(), target.user(), target.password());
  }

  /** Cuts the next so many statements that contain a text. */
  void cut(Cut when, String text, int times) {
    cut = when;
    marker = text;
    left.set(times);
  }

  /** Does something before the next statement that contains a text is passed on. */
  void before(String text, Runnable action) {
    interruption.set(new Interruption(text, action));
  }

  private void interrupt(String statement) {
    Interruption next = interruption.get();
    if (next != null && statement.contains(next.text) && interruption.compareAndSet(next, null)) {
      next.action.run();
    }
  }

  /** How many are still to be cut. */
  int left() {
    return left.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(target.host(), target.port());
        open.add(client);
        open.add(server);
        boolean[] deaf = new boolean[1]; // whether what the server says is kept from the client
        start(() -> carry(client, server, true, deaf));
        start(() -> carry(server, client, false, deaf));
      }
    } catch (IOException e) {
      close();
    }
  }

  private void carry(Socket from, Socket to, boolean towardsServer, boolean[] deaf) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        if (towardsServer) {
          interrupt(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
        synchronized (deaf) {
          if (towardsServer && isToBeCut(new String(buffer, 0, read, StandardCharsets.UTF_8))) {
            if (cut == Cut.BEFORE) {
              return;
            }
            deaf[0] = true;
          } else if (!towardsServer && deaf[0]) {
            return;
          }
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // the other direction has ended the connection
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private boolean isToBeCut(String statement) {
    return !marker.isEmpty()
        && statement.contains(marker)
        && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "cutting-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
