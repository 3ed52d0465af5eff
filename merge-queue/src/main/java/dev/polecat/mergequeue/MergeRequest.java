package dev.polecat.mergequeue;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.InvalidNameException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One finished branch, to be merged into main exactly as it was when it was sealed. Immutable and
 * safe to share; start from {@link #of}.
 *
 * @param branch the branch, which is deleted after its merge
 * @param base the commit the branch started from
 * @param sealed the branch's head when it was finished: exactly this is merged
 * @param author who the merge commit is attributed to
 * @param subject the first line of the merge commit's message
 * @param trailers {@code Key: value} lines at the end of the message, in this order
 * @param priority higher is merged earlier; default 0. Waiting raises it, so that age always wins
 *     in the end
 * @param held whether a person has to approve the merge first
 * @param dryRun whether the queue only says what the merge would do; changes nothing
 */
public record MergeRequest(
    BranchName branch,
    CommitHash base,
    CommitHash sealed,
    Author author,
    String subject,
    Map<String, String> trailers,
    int priority,
    boolean held,
    boolean dryRun) {
  /** The trailer that names who approved the merge. */
  public static final String APPROVED_BY = "Approved-By";

  /** The trailer that names who gave rows for the merge. */
  public static final String RESOLVED_BY = "Resolved-By";

  /**
   * Validates the request.
   *
   * @param branch the branch
   * @param base the commit the branch started from
   * @param sealed the branch's head when it was finished
   * @param author who the merge commit is attributed to
   * @param subject the first line of the merge commit's message
   * @param trailers lines at the end of the message
   * @param priority higher is merged earlier
   * @param held whether a person has to approve the merge first
   * @param dryRun whether the queue only says what the merge would do
   * @throws InvalidNameException if the branch is main, or a part of the message has line breaks
   */
  public MergeRequest {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(sealed, "sealed");
    Objects.requireNonNull(author, "author");
    if (branch.equals(BranchName.MAIN)) {
      throw new InvalidNameException(
          "branch to merge", branch.value(), "Main is where branches are merged to.");
    }
    checkLine("merge subject", subject);
    trailers.forEach(
        (key, value) -> {
          if (!key.matches("[A-Za-z][A-Za-z0-9-]{0,60}")) {
            throw new InvalidNameException("trailer", key, "Use letters, digits and '-'.");
          }
          checkLine("value of trailer " + key, value);
        });
    trailers = Collections.unmodifiableMap(new LinkedHashMap<>(trailers));
  }

  /**
   * A request with the default subject, no trailers and priority 0.
   *
   * @param branch the branch
   * @param base the commit the branch started from
   * @param sealed the branch's head when it was finished
   * @param author who the merge commit is attributed to
   * @return the request
   */
  public static MergeRequest of(
      BranchName branch, CommitHash base, CommitHash sealed, Author author) {
    return new MergeRequest(
        branch, base, sealed, author, "Merge branch " + branch, Map.of(), 0, false, false);
  }

  /**
   * The same with another first line of the merge commit's message.
   *
   * @param value one line
   * @return the new request
   */
  public MergeRequest withSubject(String value) {
    return new MergeRequest(branch, base, sealed, author, value, trailers, priority, held, dryRun);
  }

  /**
   * The same with another trailer at the end.
   *
   * @param key letters, digits and '-'
   * @param value one line
   * @return the new request
   */
  public MergeRequest withTrailer(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(trailers);
    more.put(key, value);
    return new MergeRequest(branch, base, sealed, author, subject, more, priority, held, dryRun);
  }

  /**
   * The same with another priority.
   *
   * @param value higher is merged earlier
   * @return the new request
   */
  public MergeRequest withPriority(int value) {
    return new MergeRequest(branch, base, sealed, author, subject, trailers, value, held, dryRun);
  }

  /**
   * The same, but parked as waiting until {@link MergeQueue#approve} lets it through.
   *
   * @return the new request
   */
  public MergeRequest hold() {
    return new MergeRequest(
        branch, base, sealed, author, subject, trailers, priority, true, dryRun);
  }

  /**
   * The same, but only looked at: the outcome is {@link MergeOutcome.Previewed}.
   *
   * @return the new request
   */
  public MergeRequest asDryRun() {
    return new MergeRequest(branch, base, sealed, author, subject, trailers, priority, held, true);
  }

  /**
   * The same without a trailer.
   *
   * @param key the trailer
   * @return the new request
   */
  public MergeRequest withoutTrailer(String key) {
    Map<String, String> less = new LinkedHashMap<>(trailers);
    less.remove(key);
    return new MergeRequest(branch, base, sealed, author, subject, less, priority, held, dryRun);
  }

  /**
   * The same without a hold: it needs no approval (any more).
   *
   * @return the new request
   */
  public MergeRequest released() {
    return new MergeRequest(
        branch, base, sealed, author, subject, trailers, priority, false, dryRun);
  }

  /**
   * The same for a branch that has changed: nobody has approved that, nor given rows for it, so if
   * somebody had, it needs an approval again.
   *
   * @param head what is to be merged now
   * @return the new request
   */
  public MergeRequest anew(CommitHash head) {
    MergeRequest again = trailers.containsKey(APPROVED_BY) ? hold() : this;
    return again.sealedAt(head).withoutTrailer(APPROVED_BY).withoutTrailer(RESOLVED_BY);
  }

  /**
   * The same with another sealed commit.
   *
   * @param head what is to be merged
   * @return the new request
   */
  public MergeRequest sealedAt(CommitHash head) {
    return new MergeRequest(branch, base, head, author, subject, trailers, priority, held, dryRun);
  }

  /**
   * The same for a branch that was brought up to date with main, and has nothing else new yet.
   *
   * @param main the commit of main that is on the branch now
   * @return the new request
   */
  public MergeRequest startingFrom(CommitHash main) {
    return new MergeRequest(branch, main, main, author, subject, trailers, priority, held, dryRun);
  }

  private static void checkLine(String what, String text) {
    if (text.isBlank() || text.matches("(?s).*\\R.*") || text.length() > 500) {
      throw new InvalidNameException(what, text, "Use one line of 1 to 500 characters.");
    }
  }
}
