package dev.polecat.sling.schema;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * SQL on {@code channels}. Used through {@code jdbi().useExtension(Channels.class, ...)}; the
 * methods throw Jdbi's exceptions.
 */
public interface Channels {
  /**
   * Inserts a channel.
   *
   * @param channel the new row
   */
  @SqlUpdate(
      """
      INSERT INTO channels (id, name, type, config, created_at)
      VALUES (:id, :name, :type, :config, COALESCE(:createdAt, NOW(6)))
      """)
  void insert(@BindMethods Channel channel);

  /**
   * Finds a channel.
   *
   * @param id the channel's id
   * @return the channel, or empty
   */
  @SqlQuery("SELECT * FROM channels WHERE id = :id")
  Optional<Channel> find(String id);

  /**
   * Lists all channels.
   *
   * @return the channels by id
   */
  @SqlQuery("SELECT * FROM channels ORDER BY id")
  List<Channel> list();
}
