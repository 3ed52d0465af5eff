package dev.polecat.core.internal.pool;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Names that no other transaction has, in this process or in any other. */
final class TransactionId {
  static final String TRAILER = "Transaction-Id: ";

  private static final String PROCESS = random();
  private static final AtomicLong COUNT = new AtomicLong();

  private TransactionId() {}

  static String next() {
    return PROCESS + "-" + COUNT.incrementAndGet();
  }

  /** The message of a commit that can be recognised. */
  static String mark(String message, String id) {
    return message.stripTrailing() + "\n\n" + TRAILER + id;
  }

  private static String random() {
    byte[] bytes = new byte[12];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
