package dev.polecat.core.internal.server;

import dev.polecat.core.ServerEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what happened, in order and on a thread of its own, so that none of them can hold
 * up or end the supervision.
 */
final class Listeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final long PATIENCE_SECONDS = 5;

  private final List<Consumer<ServerEvent>> listeners = new CopyOnWriteArrayList<>();
  private volatile Thread thread = Thread.currentThread();
  private final ThreadPoolExecutor worker =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          work -> {
            thread = new Thread(work, "dolt-server-events");
            thread.setDaemon(true);
            return thread;
          },
          new ThreadPoolExecutor.DiscardPolicy());

  Listeners() {
    worker.allowCoreThreadTimeOut(true);
  }

  void add(Consumer<ServerEvent> listener) {
    listeners.add(listener);
  }

  void remove(Consumer<ServerEvent> listener) {
    listeners.remove(listener);
  }

  void tell(ServerEvent event) {
    worker.execute(() -> listeners.forEach(listener -> tell(listener, event)));
  }

  /** Waits until all was told, for a while. */
  @Override
  public void close() {
    worker.shutdown();
    if (Thread.currentThread() == thread && !worker.isTerminated()) {
      return; // a listener closes the server; the rest is told when it returns
    }
    try {
      if (!worker.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A listener of server events does not return; the server is closed without it");
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      worker.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static void tell(Consumer<ServerEvent> listener, ServerEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException | Error e) {
      LOG.error("A listener of server events failed at {}", event.kind(), e);
    }
  }
}
