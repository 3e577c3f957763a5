package io.github.quest4j.server.page;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer "The number is 7419, from the bakery." in tokens, each with passages of the document
 * that are told beforehand: sentences that begin with these words.
 */
final class CannedAnswer {

  /** What the digits are read from. */
  static final String NUMBER = "Its combination is 7 4 1 9";

  /** What the bakery is read from. */
  static final String BAKERY = "Whoever forgets it may ask at the bakery";

  /**
   * Read by every token, with the greatest share, and never the best: as a sentence close by is.
   */
  static final String HUM = "The tower is thirty-one metres high";

  private static final int PAGE = 64; // characters
  private static final int LAYERS = 12;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final JsonNode request;
  private final String prompt;

  CannedAnswer(JsonNode request) {
    this.request = request;
    prompt = request.path("messages").path(0).path("content").asString();
  }

  /** The chunks of the answer, as JSON. */
  List<String> events() {
    List<String> events = new ArrayList<>();
    events.add(beginning());
    for (String token : List.of("The", " number", " is", " ", "7", "4", "1", "9", ",", " from")) {
      events.add(token(token, token.matches("[0-9]") ? NUMBER : HUM));
    }
    for (String token : List.of(" the", " bak", "ery", ".")) {
      events.add(token(token, BAKERY));
    }
    ObjectNode last = chunk(JSON.objectNode());
    ((ObjectNode) last.path("choices").path(0)).put("finish_reason", "stop");
    events.add(last.toString());
    events.add(end());
    return events;
  }

  private static ObjectNode chunk(ObjectNode delta) {
    ObjectNode chunk = JSON.objectNode();
    chunk.putArray("choices").addObject().put("index", 0).set("delta", delta);
    return chunk;
  }

  private String beginning() {
    ObjectNode chunk = chunk(JSON.objectNode().put("role", "assistant").put("content", ""));
    if (traced()) {
      ObjectNode known = chunk.putObject("quest").putObject("prompt");
      known.put("characters", prompt.length());
      ArrayNode pages = known.putArray("pages");
      for (int start = 0; start < prompt.length(); start += PAGE) {
        pages.addObject().put("start", start).put("end", Math.min(prompt.length(), start + PAGE));
      }
    }
    return chunk.toString();
  }

  private boolean traced() {
    return request.path("quest").has("trace");
  }

  private String token(String text, String best) {
    ObjectNode chunk = chunk(JSON.objectNode().put("content", text));
    if (traced()) {
      ObjectNode choice = (ObjectNode) chunk.path("choices").path(0);
      ObjectNode token = choice.putObject("quest_trace").putArray("tokens").addObject();
      ArrayNode passages = token.put("text", text).putArray("passages");
      passage(passages, best, 0.2);
      if (!best.equals(HUM)) {
        passage(passages, HUM, 0.25);
      }
    }
    return chunk.toString();
  }

  private void passage(ArrayNode passages, String beginning, double share) {
    int start = prompt.indexOf(beginning);
    if (start < 0) {
      return;
    }
    int end = prompt.indexOf('.', start) + 1;
    ObjectNode passage = passages.addObject().put("start", start).put("end", end);
    passage.put("message", 0).put("share", share);
    if (request.path("quest").path("trace").path("layers").asBoolean(false)) {
      ArrayNode layers = passage.putArray("layers");
      for (int layer = 0; layer < LAYERS; layer++) {
        layers.add(share * layer / LAYERS);
      }
    }
  }

  private String end() {
    ObjectNode chunk = JSON.objectNode();
    chunk.putArray("choices");
    ObjectNode usage = chunk.putObject("usage").put("prompt_tokens", 2048);
    usage
        .put("completion_tokens", 14)
        .putObject("prompt_tokens_details")
        .put("cached_tokens", 2000);
    ObjectNode quest = chunk.putObject("quest").put("attention", "quest").put("pages", 128);
    quest.put("pages_selected_mean", 64.0).put("kv_bytes_read_per_token", 1_500_000);
    quest.putObject("missed_mass").put("mean", 0.013).put("p95", 0.04);
    return chunk.toString();
  }
}
