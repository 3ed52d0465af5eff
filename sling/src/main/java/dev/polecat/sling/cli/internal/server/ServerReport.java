package dev.polecat.sling.cli.internal.server;

import dev.polecat.core.ServerState;
import dev.polecat.sling.cli.internal.Console;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A managed server as JSON. */
final class ServerReport {
  private ServerReport() {}

  static Map<String, @Nullable Object> of(ServerState state, List<String> databases) {
    return Console.map(
        "status",
        state.status(),
        "pid",
        number(state.pid()),
        "port",
        state.port(),
        "startedAt",
        state.startedAt(),
        "version",
        state.version(),
        "dataDirectory",
        state.dataDirectory(),
        "keeperPid",
        number(state.keeperPid()),
        "keepRunning",
        state.keepRunning(),
        "restarts",
        state.restarts(),
        "lastError",
        state.lastError(),
        "databases",
        databases);
  }

  private static @Nullable Object number(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
