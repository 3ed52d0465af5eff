package dev.polecat.core.internal.binary;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One HTTP answer, copied to a stream. The HTTP client's own time-out ends with the headers, so the
 * body is watched here: a server that sends nothing for too long is given up, a slow one is not.
 */
final class Transfer {
  private static final long MAX_BYTES = 1L << 29;
  private static final Duration REPORT_INTERVAL = Duration.ofSeconds(5);

  private final OutputStream out;
  private final Duration stallTimeout;
  private final Consumer<String> progress;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong expected = new AtomicLong(-1);

  Transfer(OutputStream out, Duration stallTimeout, Consumer<String> progress) {
    this.out = out;
    this.stallTimeout = stallTimeout;
    this.progress = progress;
  }

  /** The answer; its body went to the stream if the status is 200, else nowhere. */
  HttpResponse<Void> get(HttpClient client, URI address) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(HttpRequest.newBuilder(address).build(), this::body);
    try {
      return await(answer, address);
    } finally {
      answer.cancel(true);
    }
  }

  private BodySubscriber<Void> body(HttpResponse.ResponseInfo info) {
    if (info.statusCode() != 200) {
      return BodySubscribers.discarding();
    }
    expected.set(info.headers().firstValueAsLong("Content-Length").orElse(-1));
    return BodySubscribers.ofByteArrayConsumer(bytes -> bytes.ifPresent(this::accept));
  }

  private void accept(byte[] bytes) {
    try {
      if (received.addAndGet(bytes.length) > MAX_BYTES) {
        throw new IOException("the archive is larger than " + Words.megabytes(MAX_BYTES));
      }
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<Void> await(CompletableFuture<HttpResponse<Void>> answer, URI address)
      throws IOException, InterruptedException {
    Duration step = stallTimeout.dividedBy(10);
    long seen = 0;
    long lastByte = System.nanoTime();
    long lastReport = lastByte;
    while (true) {
      try {
        return answer.get(step.toNanos(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        throw unwrapped(e.getCause(), address);
      } catch (TimeoutException notYet) {
        long now = System.nanoTime();
        if (received.get() != seen) {
          seen = received.get();
          lastByte = now;
        } else if (now - lastByte >= stallTimeout.toNanos()) {
          throw new IOException(
              "no byte came for " + Words.of(stallTimeout) + ", after " + received + " bytes");
        }
        if (now - lastReport >= REPORT_INTERVAL.toNanos()) {
          lastReport = now;
          progress.accept("Downloading dolt: " + amount());
        }
      }
    }
  }

  private String amount() {
    String sofar = Words.megabytes(received.get());
    return expected.get() < 0 ? sofar : sofar + " of " + Words.megabytes(expected.get());
  }

  private static IOException unwrapped(Throwable failure, URI address) {
    if (failure instanceof ConnectException) {
      // it has no message of its own when a name cannot be resolved
      String reason = Words.reason(failure);
      return new IOException("cannot reach " + address.getHost() + " (" + reason + ")", failure);
    }
    if (failure instanceof UncheckedIOException unchecked) {
      return unchecked.getCause();
    }
    return failure instanceof IOException known
        ? known
        : new IOException(Words.reason(failure), failure);
  }
}
