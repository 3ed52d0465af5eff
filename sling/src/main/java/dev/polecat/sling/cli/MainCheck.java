package dev.polecat.sling.cli;

import dev.polecat.sling.Rig;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Holds main against the writes that were acknowledged, without asking the merge what it did. */
final class MainCheck {
  private final Map<String, Issue> main;
  private final List<Workload.Write> acknowledged;

  MainCheck(Rig rig, List<Workload.Write> acknowledged) {
    this.main =
        rig.main().jdbi().withExtension(Issues.class, Issues::list).stream()
            .collect(Collectors.toMap(Issue::id, Function.identity()));
    this.acknowledged = acknowledged;
  }

  /** The writers' own commits in main's history; merges are the queue's. */
  static long writersCommits(Rig rig) {
    return rig.main()
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT COUNT(*) FROM dolt_log
                        WHERE committer LIKE 'writer-%' AND message NOT LIKE 'Merge %'
                        """)
                    .mapTo(Long.class)
                    .one());
  }

  List<String> lostWrites() {
    List<String> lost = new ArrayList<>();
    for (Workload.Write write : acknowledged) {
      Optional<Issue> row = Optional.ofNullable(main.get(write.bead()));
      if (row.isEmpty()) {
        lost.add(write.bead() + " is not on main");
      } else if (!write.hot() && !write.text().equals(row.get().title())) {
        lost.add(write.bead() + " holds '" + row.get().title() + "', not '" + write.text() + "'");
      }
    }
    acknowledged.stream()
        .filter(Workload.Write::hot)
        .collect(Collectors.groupingBy(Workload.Write::bead))
        .forEach((bead, writes) -> checkContested(bead, writes, lost));
    return lost;
  }

  private void checkContested(String bead, List<Workload.Write> writes, List<String> lost) {
    Issue row = main.get(bead);
    if (row == null) {
      return; // reported above, once per write
    }
    Workload.Write newest =
        writes.stream().max(Comparator.comparing(Workload.Write::at)).orElseThrow();
    if (!newest.text().equals(row.title())) {
      lost.add(bead + ".title is '" + row.title() + "', newest is '" + newest.text() + "'");
    }
    if (!newest.at().equals(row.updatedAt())) {
      lost.add(bead + ".updated_at is " + row.updatedAt() + ", max is " + newest.at());
    }
    Set<String> union = writes.stream().map(Workload.Write::label).collect(Collectors.toSet());
    if (!union.equals(new HashSet<>(row.labels())) || union.size() != row.labels().size()) {
      Set<String> missing = new HashSet<>(union);
      row.labels().forEach(missing::remove);
      lost.add(bead + ".labels lacks " + missing + " of the union of " + union.size() + " labels");
    }
  }
}
