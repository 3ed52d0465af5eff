package dev.polecat.core.internal.binary;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A release server on loopback that counts what it is asked for. */
final class ReleaseServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  ReleaseServer(HttpHandler answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          asked.countDown();
          try (exchange) {
            answer.handle(exchange);
          }
        });
    server.start();
  }

  static ReleaseServer serving(byte[] archive) throws IOException {
    return new ReleaseServer(exchange -> send(exchange, archive));
  }

  static ReleaseServer failing(int status) throws IOException {
    return new ReleaseServer(exchange -> exchange.sendResponseHeaders(status, -1));
  }

  static ReleaseServer redirecting(String location) throws IOException {
    return new ReleaseServer(
        exchange -> {
          exchange.getResponseHeaders().set("Location", location);
          exchange.sendResponseHeaders(302, -1);
        });
  }

  /** Sends the first bytes of the archive, and the others when released. */
  static ReleaseServer holding(byte[] archive) throws IOException {
    ReleaseServer[] self = new ReleaseServer[1];
    self[0] =
        new ReleaseServer(
            exchange -> {
              exchange.sendResponseHeaders(200, archive.length);
              OutputStream body = exchange.getResponseBody();
              body.write(archive, 0, 10);
              body.flush();
              self[0].awaitRelease();
              body.write(archive, 10, archive.length - 10);
            });
    return self[0];
  }

  static void send(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private void awaitRelease() throws IOException {
    try {
      if (!released.await(1, TimeUnit.MINUTES)) {
        throw new IOException("never released");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/releases/");
  }

  int requests() {
    return requests.get();
  }

  void awaitRequest() throws InterruptedException {
    if (!asked.await(1, TimeUnit.MINUTES)) {
      throw new AssertionError("nobody asked the server");
    }
  }

  void release() {
    released.countDown();
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    executor.shutdownNow();
  }
}
