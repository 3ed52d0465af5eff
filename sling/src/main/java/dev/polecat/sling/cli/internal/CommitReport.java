package dev.polecat.sling.cli.internal;

import dev.polecat.core.history.CommitInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A commit, for people and as JSON.
 *
 * @param commit the commit
 */
public record CommitReport(CommitInfo commit) {
  /** All of it. */
  public Map<String, @Nullable Object> json() {
    return Console.map(
        "commit",
        commit.hash(),
        "parents",
        commit.parents(),
        "author",
        commit.author(),
        "email",
        commit.email(),
        "time",
        commit.time(),
        "message",
        commit.message(),
        "trailers",
        commit.trailers().map());
  }

  /** One line: which, when, who and what. */
  public String line() {
    return commit.hash() + " " + commit.time() + " " + commit.author() + ": " + commit.subject();
  }

  /** A trailer, such as whose work a merge brought. */
  public String trailer(String key) {
    return commit.trailers().get(key).orElse("");
  }

  /** As Git and Dolt show a commit. */
  public void print(Console console) {
    console.line("commit " + commit.hash());
    if (commit.isMerge()) {
      console.line(
          "Merge:  "
              + String.join(" ", commit.parents().stream().map(parent -> parent.value()).toList()));
    }
    console.line("Author: " + commit.author() + " <" + commit.email() + ">");
    console.line("Date:   " + commit.time());
    console.line("");
    commit.message().stripTrailing().lines().forEach(line -> console.line("    " + line));
    console.line("");
  }
}
