package dev.polecat.sling.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the JVMs of a round tried, and what they were told. */
final class Evidence {
  /** A write: one row of its own, and one more in a row that others write too. */
  record Write(String id, String branch, String shared, long value, String at) {}

  final Map<String, Write> tried = new LinkedHashMap<>();
  final Set<String> acknowledged = new HashSet<>();
  final Map<String, String> slung = new LinkedHashMap<>();
  final Set<String> explicit = new HashSet<>();
  final Map<String, String> sealing = new LinkedHashMap<>();
  final Map<String, String> sealed = new LinkedHashMap<>();
  final Set<String> nuking = new HashSet<>();
  final Map<String, String> nuked = new LinkedHashMap<>();

  /** Of each branch, the last answer of a queue. */
  final Map<String, String> outcomes = new LinkedHashMap<>();

  final Map<String, String> details = new LinkedHashMap<>();

  /** Failed calls, counted by call, kind and (where the kind says nothing) message. */
  final Map<String, Integer> errors = new TreeMap<>();

  private Evidence() {}

  static Evidence in(Path directory) throws IOException {
    Evidence evidence = new Evidence();
    for (Acks.Line line : Acks.read(directory)) {
      evidence.add(line);
    }
    return evidence;
  }

  private void add(Acks.Line line) {
    List<String> fields = line.fields();
    String first = line.field(0);
    switch (line.kind()) {
      case SLUNG -> {
        slung.put(first, line.field(1));
        if (line.field(2).equals("EXPLICIT")) {
          explicit.add(first);
        }
      }
      case TRY ->
          tried.put(
              first,
              new Write(
                  first,
                  line.field(1),
                  line.field(2),
                  Long.parseLong(line.field(3)),
                  line.field(4)));
      case ACK -> acknowledged.add(first);
      case ERROR -> errors.merge(String.join(": ", fields), 1, Integer::sum);
      case SEALING -> sealing.put(first, line.field(1));
      case SEALED -> sealed.put(first, line.field(1));
      case NUKING -> nuking.add(first);
      case NUKED -> nuked.put(first, line.field(1));
      case OUTCOME -> {
        outcomes.put(first, line.field(1));
        details.put(first, line.field(2));
      }
    }
  }
}
