package dev.polecat.core.internal.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.polecat.core.ServerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** {@code dolt-state.json}: written by the keeper alone, whole or not at all; read by everyone. */
final class StateFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  /**
   * What it holds.
   *
   * @param token what the server answers with, to prove that it is the one that was started
   * @param counted the restarts that count against the limit
   */
  record Content(ServerState state, String token, List<Instant> counted) {
    /** The process it names. */
    Optional<ServerIdentity> identity() {
      return state.pid().isEmpty()
          ? Optional.empty()
          : state
              .startedAt()
              .map(
                  started -> new ServerIdentity(state.pid().getAsLong(), started, state.command()));
    }

    /** The state as it is if that process lives, or does not, and the server is to go on or not. */
    ServerState seen(boolean lives, boolean keepRunning) {
      boolean gone = !lives && state.pid().isPresent();
      return new ServerState(
          gone ? ServerState.Status.DOWN : state.status(),
          lives ? state.pid() : OptionalLong.empty(),
          lives ? state.startedAt() : Optional.empty(),
          state.port(),
          state.command(),
          state.dataDirectory(),
          state.version(),
          state.keeperPid(),
          keepRunning,
          state.restarts(),
          state.lastCrash(),
          state.lastError(),
          state.nextRestart(),
          state.updatedAt());
    }

    /** The same, if that process lives, is the same in every respect, and has this directory. */
    Optional<ServerIdentity> liveServer(Path dataDirectory) throws IOException {
      Optional<ServerIdentity> live = identity().filter(named -> named.find().isPresent());
      return live.isPresent()
              && Files.exists(state.dataDirectory())
              && Files.isSameFile(state.dataDirectory(), dataDirectory)
          ? live
          : Optional.empty();
    }
  }

  StateFile(Path file) {
    this.file = file;
  }

  boolean exists() {
    return Files.exists(file);
  }

  void write(Content content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(
        part, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(content)) + "\n");
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Empty if there is no such file, or none that makes sense: then nothing is adopted. */
  Optional<Content> read() throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(content(JSON.readTree(text)));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static ObjectNode json(Content content) {
    ServerState state = content.state();
    ObjectNode json = JSON.createObjectNode();
    json.put("status", state.status().name());
    state.pid().ifPresent(pid -> json.put("pid", pid));
    state.startedAt().ifPresent(time -> json.put("startedAt", time.toString()));
    json.put("port", state.port());
    json.put("command", state.command());
    json.put("dataDirectory", state.dataDirectory().toString());
    json.put("version", state.version());
    json.put("token", content.token());
    state.keeperPid().ifPresent(pid -> json.put("keeperPid", pid));
    json.put("keepRunning", state.keepRunning());
    json.put("restarts", state.restarts());
    ArrayNode counted = json.putArray("countedRestarts");
    content.counted().forEach(time -> counted.add(time.toString()));
    state
        .lastCrash()
        .ifPresent(
            crash -> {
              ObjectNode node = json.putObject("lastCrash").put("at", crash.at().toString());
              crash.exitCode().ifPresent(code -> node.put("exitCode", code));
            });
    state.lastError().ifPresent(error -> json.put("lastError", error));
    state.nextRestart().ifPresent(time -> json.put("nextRestart", time.toString()));
    json.put("updatedAt", state.updatedAt().toString());
    return json;
  }

  private static Content content(JsonNode json) {
    List<Instant> counted = new ArrayList<>();
    json.path("countedRestarts").forEach(time -> counted.add(Instant.parse(time.asText())));
    JsonNode crash = json.path("lastCrash");
    return new Content(
        new ServerState(
            ServerState.Status.valueOf(json.path("status").asText()),
            json.has("pid") ? OptionalLong.of(json.path("pid").asLong()) : OptionalLong.empty(),
            time(json.path("startedAt")),
            json.path("port").asInt(),
            json.path("command").asText(),
            Path.of(json.path("dataDirectory").asText()),
            json.path("version").asText(),
            json.has("keeperPid")
                ? OptionalLong.of(json.path("keeperPid").asLong())
                : OptionalLong.empty(),
            json.path("keepRunning").asBoolean(),
            json.path("restarts").asInt(),
            time(crash.path("at"))
                .map(
                    at ->
                        new ServerState.Crash(
                            at,
                            crash.has("exitCode")
                                ? OptionalInt.of(crash.path("exitCode").asInt())
                                : OptionalInt.empty())),
            json.has("lastError") ? Optional.of(json.path("lastError").asText()) : Optional.empty(),
            time(json.path("nextRestart")),
            Instant.parse(json.path("updatedAt").asText())),
        json.path("token").asText(),
        counted);
  }

  private static Optional<Instant> time(JsonNode json) {
    return json.isTextual() ? Optional.of(Instant.parse(json.asText())) : Optional.empty();
  }
}
