package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A branch that the queue makes for itself, with a session on it, and deletes when this is closed.
 * Nothing on it is anybody's work. Used by one thread.
 */
public final class ScratchBranch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScratchBranch.class);
  private static final Duration LEFTOVER = Duration.ofHours(1);
  private static final Pattern NAME = Pattern.compile("merge-(?:align|overlay)-(\\d{14})-.*");
  private static final DateTimeFormatter CREATED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

  private final DoltDatabase database;
  private final BranchName name;
  private Connection connection;

  private ScratchBranch(DoltDatabase database, BranchName name, Connection connection) {
    this.database = database;
    this.name = name;
    this.connection = connection;
  }

  /**
   * Makes a branch.
   *
   * @param kind what for, {@code align} or {@code overlay}
   * @param start where it starts
   */
  public static ScratchBranch make(DoltDatabase database, String kind, CommitHash start)
      throws SQLException {
    BranchName name =
        BranchName.of(
            "merge-" + kind + "-" + CREATED.format(Instant.now()) + "-" + UUID.randomUUID());
    try {
      database.createBranch(name, start);
    } catch (DoltSqlException e) {
      throw e.sqlException(); // the merge tells apart what may pass
    }
    Connection open = null;
    try {
      open = connect(database, name);
      return new ScratchBranch(database, name, open);
    } finally {
      if (open == null) {
        delete(database, name);
      }
    }
  }

  /**
   * Deletes the branches that processes left behind when they died, an hour ago or longer.
   *
   * @param dryRun whether they are only listed
   * @return their names
   */
  public static List<BranchName> removeLeftovers(DoltDatabase database, boolean dryRun) {
    String end = CREATED.format(Instant.now().minus(LEFTOVER));
    List<BranchName> leftovers =
        database.branches().stream()
            .filter(
                name -> {
                  Matcher made = NAME.matcher(name);
                  return made.matches() && made.group(1).compareTo(end) < 0;
                })
            .map(BranchName::of)
            .toList();
    if (!dryRun) {
      leftovers.forEach(leftover -> remove(database, leftover));
    }
    return leftovers;
  }

  private static void remove(DoltDatabase database, BranchName leftover) {
    try {
      database.deleteBranchWithItsCommits(leftover);
    } catch (DoltSqlException e) {
      if (e.error() != DoltError.NOT_FOUND) { // else somebody was faster
        throw e;
      }
    }
  }

  public BranchName name() {
    return name;
  }

  /** The session on it; not in autocommit mode. */
  public Connection connection() {
    return connection;
  }

  /** Puts a fresh session in the place of one that is in the middle of something. */
  public void reconnect() throws SQLException {
    closeConnection();
    connection = connect(database, name);
  }

  /** Deletes the branch; if that fails, what it was made for is none the worse for it. */
  @Override
  public void close() {
    closeConnection();
    delete(database, name);
  }

  private static Connection connect(DoltDatabase database, BranchName name) throws SQLException {
    Connection open = database.connect(name);
    boolean done = false;
    try {
      open.setAutoCommit(false);
      done = true;
      return open;
    } finally {
      if (!done) {
        open.close();
      }
    }
  }

  private void closeConnection() {
    try (Connection open = connection) {
      open.rollback(); // a session that is only closed may live on for a bit
    } catch (SQLException e) {
      LOG.debug("The connection to {} was broken when it was closed", name, e);
    }
  }

  private static void delete(DoltDatabase database, BranchName name) {
    try {
      database.deleteBranchWithItsCommits(name);
    } catch (DoltSqlException e) {
      LOG.warn("Branch {} is of no use any more, but could not be deleted", name, e);
    }
  }
}
