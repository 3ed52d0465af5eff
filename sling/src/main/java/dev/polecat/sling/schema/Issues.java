package dev.polecat.sling.schema;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * SQL on {@code issues}. Every change sets {@code updated_at}, which decides who is newest. Used
 * through {@code jdbi().useExtension(Issues.class, ...)}; the methods throw Jdbi's exceptions.
 */
public interface Issues {
  /**
   * Inserts an issue.
   *
   * @param issue the new row
   */
  @SqlUpdate(
      """
      INSERT INTO issues (id, type, title, description, status, priority, owner, assignee, labels,
                          parent, created_at, updated_at, closed_at)
      VALUES (:id, :type, :title, :description, :status, :priority, :owner, :assignee, :labels,
              :parent, COALESCE(:createdAt, NOW(6)), COALESCE(:updatedAt, NOW(6)), :closedAt)
      """)
  void insert(@BindMethods Issue issue);

  /**
   * Finds an issue.
   *
   * @param id the bead's id
   * @return the issue, or empty
   */
  @SqlQuery("SELECT * FROM issues WHERE id = :id")
  Optional<Issue> find(String id);

  /**
   * Lists all issues.
   *
   * @return the issues by id
   */
  @SqlQuery("SELECT * FROM issues ORDER BY id")
  List<Issue> list();

  /**
   * Changes an issue's status.
   *
   * @param id the bead's id
   * @param status the new status
   * @return whether there is such an issue
   */
  @SqlUpdate("UPDATE issues SET status = :status, updated_at = NOW(6) WHERE id = :id")
  boolean setStatus(String id, String status);

  /**
   * Gives an issue to somebody.
   *
   * @param id the bead's id
   * @param assignee who works on it
   * @return whether there is such an issue
   */
  @SqlUpdate("UPDATE issues SET assignee = :assignee, updated_at = NOW(6) WHERE id = :id")
  boolean assign(String id, String assignee);

  /**
   * Changes an issue's title.
   *
   * @param id the bead's id
   * @param title the new title
   * @return whether there is such an issue
   */
  @SqlUpdate("UPDATE issues SET title = :title, updated_at = NOW(6) WHERE id = :id")
  boolean setTitle(String id, String title);

  /**
   * Adds a label if the issue does not have it.
   *
   * @param id the bead's id
   * @param label the label
   * @return whether it was added
   */
  @SqlUpdate(
      """
      UPDATE issues
      SET labels = JSON_ARRAY_APPEND(COALESCE(labels, JSON_ARRAY()), '$', :label),
          updated_at = NOW(6)
      WHERE id = :id
        AND NOT JSON_CONTAINS(COALESCE(labels, JSON_ARRAY()), JSON_QUOTE(:label))
      """)
  boolean addLabel(String id, String label);

  /**
   * Closes an issue.
   *
   * @param id the bead's id
   * @return whether there is such an issue
   */
  @SqlUpdate(
      """
      UPDATE issues SET status = 'closed', closed_at = NOW(6), updated_at = NOW(6)
      WHERE id = :id
      """)
  boolean close(String id);
}
