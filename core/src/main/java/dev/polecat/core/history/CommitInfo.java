package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import java.time.Instant;
import java.util.List;

/**
 * A commit. Immutable and safe to share.
 *
 * <p>Dolt keeps one name and one time with a commit: those of its author, which it calls committer.
 * The author of a merge that the merge queue made is whose branch was merged; its {@link #trailers}
 * say more.
 *
 * @param hash its hash
 * @param parents the commits it was made on, of a merge first the one that was merged into; empty
 *     for a database's first commit
 * @param author its author's name
 * @param email its author's address
 * @param time when it was made, in milliseconds
 * @param message its message
 */
public record CommitInfo(
    CommitHash hash,
    List<CommitHash> parents,
    String author,
    String email,
    Instant time,
    String message) {
  /**
   * Copies the parents.
   *
   * @param hash its hash
   * @param parents the commits it was made on
   * @param author its author's name
   * @param email its author's address
   * @param time when it was made
   * @param message its message
   */
  public CommitInfo {
    parents = List.copyOf(parents);
  }

  /**
   * Whether two histories meet in it.
   *
   * @return true if it has more than one parent
   */
  public boolean isMerge() {
    return parents.size() > 1;
  }

  /**
   * The message's first line.
   *
   * @return a line
   */
  public String subject() {
    return message.lines().findFirst().orElse("");
  }

  /**
   * What the message tells a program, such as the polecat and the bead of a merge.
   *
   * @return the trailers, perhaps none
   */
  public Trailers trailers() {
    return Trailers.of(message);
  }
}
