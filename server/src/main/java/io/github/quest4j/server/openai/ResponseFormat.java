package io.github.quest4j.server.openai;

import io.github.quest4j.server.api.Fields;
import java.util.Optional;

/** The field {@code response_format}; where constrained sampling will come in. */
final class ResponseFormat {

  private static final String FIELD = "response_format";

  private ResponseFormat() {}

  /** Refuses what cannot be held to. */
  static void check(Fields body) {
    Optional<Fields> format = body.object(FIELD);
    if (format.isEmpty()) {
      return;
    }
    String type = format.get().text("type");
    switch (type) {
      case "text" -> {}
      case "json_object", "json_schema" ->
          throw body.wrong(FIELD, "of type " + type + " is not to be had from this server yet");
      default ->
          throw format
              .get()
              .wrong("type", "is not known: " + type + " (known: text, json_object, json_schema)");
    }
  }
}
