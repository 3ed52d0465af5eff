package dev.polecat.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Run;
import dev.polecat.bench.report.Report.Part;
import dev.polecat.bench.report.Report.Result;
import dev.polecat.bench.report.Report.Verdict;

/** The report as JSON, with every single run. */
final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  static String of(Report report) throws JsonProcessingException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("started", report.started().toString());
    root.put("size", report.size().name());
    root.put("warmups", report.size().warmups());
    root.put("repetitions", report.size().repetitions());
    ObjectNode machine = root.putObject("machine");
    report.machine().forEach(machine::put);
    ArrayNode faults = root.putArray("failures");
    report.faults().forEach(faults::add);
    ArrayNode sections = root.putArray("sections");
    for (Part part : report.sections()) {
      ObjectNode section = sections.addObject();
      section.put("name", part.section().name());
      section.put("title", part.section().title());
      section.put("note", part.section().note());
      ArrayNode points = section.putArray("points");
      part.results().forEach(result -> point(points.addObject(), result));
    }
    return MAPPER.writeValueAsString(root);
  }

  private static void point(ObjectNode point, Result result) {
    point.put("label", result.point().label());
    point.put("x", result.point().x());
    Measured measured = result.measured();
    if (measured == null) {
      point.put("failure", result.failure());
    } else {
      point.put("work", measured.name());
      ArrayNode ways = point.putArray("ways");
      measured.runs().keySet().forEach(way -> way(ways.addObject(), measured, way));
    }
    ArrayNode targets = point.putArray("targets");
    for (Verdict verdict : result.verdicts()) {
      ObjectNode target = targets.addObject();
      target.put("name", verdict.target().name());
      target.put("bound", verdict.target().bound().name());
      target.put("limit", verdict.target().limit());
      target.put("reached", verdict.reached());
      if (verdict.why() == null) {
        target.put("measured", verdict.value());
      } else {
        target.put("why", verdict.why());
      }
    }
  }

  private static void way(ObjectNode node, Measured measured, String way) {
    node.put("way", way);
    node.put("mayLose", measured.mayLose().contains(way));
    ArrayNode runs = node.putArray("runs");
    for (Run run : measured.runs().get(way)) {
      ObjectNode one = runs.addObject();
      one.put("millis", run.millis());
      ObjectNode counts = one.putObject("counts");
      run.counts().forEach(counts::put);
      if (run.lost() != null) {
        one.put("lost", run.lost());
      }
    }
  }
}
