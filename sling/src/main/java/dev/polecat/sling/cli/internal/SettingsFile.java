package dev.polecat.sling.cli.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A file of settings, in YAML or in JSON, which YAML contains; it knows the line of each value. */
final class SettingsFile {
  private final Path file;
  private final @Nullable Node root;

  /** A value, and where it is written. */
  record Value(String text, String where) {}

  private SettingsFile(Path file, @Nullable Node root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Reads a file; one that does not exist holds nothing.
   *
   * @throws ConfigException if it cannot be read, naming the line
   */
  static SettingsFile read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return new SettingsFile(file, null);
    } catch (IOException e) {
      throw new ConfigException(
          file.toString(), "cannot be read (" + e + "). Mend or remove it.", e);
    }
    boolean json = file.toString().endsWith(".json");
    try {
      // in JSON a tab can only stand between values, where YAML wants blanks
      Compose composer = new Compose(LoadSettings.builder().build());
      Node root = composer.composeString(json ? text.replace('\t', ' ') : text).orElse(null);
      return new SettingsFile(file, root);
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(SettingsFile::line).orElse("");
      throw new ConfigException(
          file + line,
          "is no " + (json ? "JSON" : "YAML") + ": " + e.getProblem() + ". Mend or remove it.",
          e);
    } catch (YamlEngineException e) {
      throw new ConfigException(
          file.toString(), "cannot be read: " + e.getMessage() + ". Mend or remove it.", e);
    }
  }

  /**
   * Looks a value up.
   *
   * @param path its name, with dots between the levels
   * @return the value, or empty if there is none or it is null
   * @throws ConfigException if it is a list or a section
   */
  Optional<Value> value(String path) {
    Node node = find(root, path);
    if (node == null || node.getTag().equals(Tag.NULL)) {
      return Optional.empty();
    }
    String where = file + node.getStartMark().map(SettingsFile::line).orElse("");
    if (node instanceof ScalarNode scalar) {
      return Optional.of(new Value(scalar.getValue(), where));
    }
    throw new ConfigException(where, path + " is a list or a section. Give a single value.", null);
  }

  /** Levels may be written as sections, or with their dots. */
  private static @Nullable Node find(@Nullable Node from, String path) {
    if (!(from instanceof MappingNode section)) {
      return null;
    }
    List<NodeTuple> entries = section.getValue();
    for (NodeTuple entry : entries) {
      if (entry.getKeyNode() instanceof ScalarNode key) {
        String name = key.getValue();
        if (path.equals(name)) {
          return entry.getValueNode();
        }
        if (path.startsWith(name + ".")) {
          Node found = find(entry.getValueNode(), path.substring(name.length() + 1));
          if (found != null) {
            return found;
          }
        }
      }
    }
    return null;
  }

  private static String line(Mark mark) {
    return " line " + (mark.getLine() + 1);
  }
}
