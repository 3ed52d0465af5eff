package dev.polecat.sling.schema;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A channel: a row of {@code channels}. Immutable.
 *
 * @param id the channel's id
 * @param name its name
 * @param type such as {@code broadcast}
 * @param config its settings as JSON text
 * @param createdAt when it was made; null lets the database say
 */
public record Channel(
    String id,
    @Nullable String name,
    @Nullable String type,
    @Nullable String config,
    @Nullable Instant createdAt) {}
