package dev.polecat.sling.schema;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message: a row of {@code mail}. Immutable.
 *
 * @param id the message's id
 * @param threadId the thread it belongs to
 * @param fromAddr who sent it
 * @param toAddrs who it is for, a set, united when branches merge; never null, empty for NULL
 * @param subject one line
 * @param body any length
 * @param sentAt when it was sent; null lets the database say
 * @param readAt when it was read, or null
 */
public record Mail(
    String id,
    @Nullable String threadId,
    @Nullable String fromAddr,
    List<String> toAddrs,
    @Nullable String subject,
    @Nullable String body,
    @Nullable Instant sentAt,
    @Nullable Instant readAt) {
  /**
   * Copies the addresses.
   *
   * @param id the message's id
   * @param threadId the thread it belongs to
   * @param fromAddr who sent it
   * @param toAddrs who it is for
   * @param subject one line
   * @param body any length
   * @param sentAt when it was sent
   * @param readAt when it was read
   */
  public Mail {
    toAddrs = toAddrs == null ? List.of() : List.copyOf(toAddrs);
  }
}
