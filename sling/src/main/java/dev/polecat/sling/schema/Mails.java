package dev.polecat.sling.schema;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * SQL on {@code mail}. Used through {@code jdbi().useExtension(Mails.class, ...)}; the methods
 * throw Jdbi's exceptions.
 */
public interface Mails {
  /**
   * Sends a message: inserts it.
   *
   * @param mail the new row
   */
  @SqlUpdate(
      """
      INSERT INTO mail (id, thread_id, from_addr, to_addrs, subject, body, sent_at, read_at)
      VALUES (:id, :threadId, :fromAddr, :toAddrs, :subject, :body,
              COALESCE(:sentAt, NOW(6)), :readAt)
      """)
  void send(@BindMethods Mail mail);

  /**
   * Finds a message.
   *
   * @param id the message's id
   * @return the message, or empty
   */
  @SqlQuery("SELECT * FROM mail WHERE id = :id")
  Optional<Mail> find(String id);

  /**
   * Lists the messages for somebody.
   *
   * @param address who they are for
   * @return the messages, oldest first
   */
  @SqlQuery(
      "SELECT * FROM mail WHERE JSON_CONTAINS(to_addrs, JSON_QUOTE(:address)) ORDER BY sent_at, id")
  List<Mail> inbox(String address);

  /**
   * Marks a message as read now, unless it was read before.
   *
   * @param id the message's id
   * @return whether it was unread
   */
  @SqlUpdate("UPDATE mail SET read_at = NOW(6) WHERE id = :id AND read_at IS NULL")
  boolean markRead(String id);
}
