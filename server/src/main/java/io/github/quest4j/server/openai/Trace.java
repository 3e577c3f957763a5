package io.github.quest4j.server.openai;

import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.Tracing;
import io.github.quest4j.server.api.Fields;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a request wants to know of the passages that its tokens are read from: {@code quest.trace}.
 *
 * @param tracing what is traced
 * @param passages how many are told of with each token
 */
public record Trace(Tracing tracing, int passages) {

  /** Nothing. */
  static final Trace NONE = new Trace(Tracing.NONE, 0);

  private static final int PASSAGES = 8;
  private static final int MAX_PASSAGES = 16;
  private static final String TRACE = "trace";

  /** Reads it from the fields of {@code quest}. */
  static Trace read(Optional<Fields> quest, Engine engine, Tools tools) {
    Optional<JsonNode> node = quest.flatMap(fields -> fields.node(TRACE));
    if (node.isEmpty() || node.get().isBoolean() && !node.get().booleanValue()) {
      return NONE;
    }
    Fields fields = quest.get();
    if (!node.get().isBoolean() && !node.get().isObject()) {
      throw fields.wrong(TRACE, "is neither true or false nor an object");
    }
    Trace trace = new Trace(Tracing.PASSAGES, PASSAGES);
    if (node.get().isObject()) {
      Fields wanted = Fields.of(node.get(), fields.name(TRACE));
      wanted.only(Set.of("passages", "layers"));
      trace =
          new Trace(
              wanted.flag("layers", false) ? Tracing.LAYERS : Tracing.PASSAGES,
              wanted.integer("passages", 1, MAX_PASSAGES).orElse(PASSAGES));
    }
    if (tools.offered()) {
      throw fields.wrong(TRACE, "cannot be had together with tools");
    }
    if (engine.pool().layout().layers().stream()
        .mapToInt(LayerShape::window)
        .noneMatch(w -> w == 0)) {
      throw fields.wrong(TRACE, "cannot be had: every layer of this model sees a window only");
    }
    return trace;
  }

  /** Whether anything is wanted. */
  boolean wanted() {
    return tracing != Tracing.NONE;
  }

  /** Whether the shares of each layer are. */
  boolean layers() {
    return tracing == Tracing.LAYERS;
  }
}
