package io.github.quest4j.server.http;

import io.github.quest4j.server.api.Json;
import tools.jackson.databind.JsonNode;

/** What clients write and are answered, in the log: only where the operator asked for it. */
final class PromptLog {

  private static final System.Logger LOG = System.getLogger("io.github.quest4j.server.prompts");

  private final boolean on;

  PromptLog(boolean on) {
    this.on = on;
  }

  void request(String id, JsonNode body) {
    if (on) {
      LOG.log(System.Logger.Level.INFO, "id={0} request={1}", id, Json.write(body));
    }
  }

  void answer(String id, int choice, String text) {
    if (on) {
      LOG.log(
          System.Logger.Level.INFO,
          "id={0} choice={1} answer={2}",
          id,
          choice,
          Json.write(Json.object().stringNode(text)));
    }
  }
}
