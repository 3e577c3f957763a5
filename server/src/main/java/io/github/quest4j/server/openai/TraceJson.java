package io.github.quest4j.server.openai;

import io.github.quest4j.engine.trace.Passage;
import io.github.quest4j.engine.trace.PromptText;
import io.github.quest4j.engine.trace.Reading;
import io.github.quest4j.server.api.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What tokens were read from, as answers tell it. Characters are UTF-16 units within the content of
 * a message, or within the prompt of a completion, which has no messages.
 */
final class TraceJson {

  private static final double PRECISION = 1e6;

  private final PromptText prompt;
  private final Trace trace;
  private final boolean messages;

  TraceJson(PromptText prompt, Trace trace, boolean messages) {
    this.prompt = prompt;
    this.trace = trace;
    this.messages = messages;
  }

  /** A piece of text with the passages that it was read from, the best first. */
  ObjectNode token(String text, Optional<Reading> reading) {
    ObjectNode json = Json.object().put("text", text);
    ArrayNode passages = json.putArray("passages");
    reading.ifPresent(read -> {
      for (Reading.PassageShare share : read.top(trace.passages())) {
        passages.add(passage(share, read));
      }
    });
    return json;
  }

  private ObjectNode passage(Reading.PassageShare share, Reading reading) {
    ObjectNode json =
        place(share.passage().message(), share.passage().from(), share.passage().to())
            .put("share", rounded(share.share()));
    if (trace.layers()) {
      ArrayNode layers = json.putArray("layers");
      reading.layers(share.passage()).forEach(value -> layers.add(rounded(value)));
    }
    return json;
  }

  private ObjectNode place(int message, int start, int end) {
    ObjectNode json = Json.object().put("start", start).put("end", end);
    return messages ? json.put("message", message) : json;
  }

  /** The pages of the prompt: which characters of which message they hold; none of a template. */
  ObjectNode prompt(int pageSize) {
    ObjectNode json = Json.object().put("characters", prompt.text().length());
    ArrayNode pages = json.putArray("pages");
    List<Passage> passages = prompt.passages();
    int first = 0; // passage that may begin in the page or before
    for (int from = 0; from < prompt.tokens(); from += pageSize) {
      int to = Math.min(prompt.tokens(), from + pageSize);
      while (first < passages.size() && passages.get(first).toToken() <= from) {
        first++;
      }
      pages.add(page(passages, first, from, to));
    }
    return json;
  }

  private ObjectNode page(List<Passage> passages, int first, int from, int to) {
    if (first == passages.size() || passages.get(first).fromToken() >= to) {
      return place(0, 0, 0);
    }
    Passage begin = passages.get(first);
    Passage end = begin;
    for (int i = first; i < passages.size() && passages.get(i).fromToken() < to; i++) {
      if (passages.get(i).message() == begin.message()) {
        end = passages.get(i);
      }
    }
    int start = character(begin, Math.max(from, begin.fromToken()), false);
    return place(
        begin.message(),
        start,
        Math.max(start, character(end, Math.min(to, end.toToken()) - 1, true)));
  }

  /** Where a token of a passage begins or ends in the message. */
  private int character(Passage passage, int token, boolean end) {
    int at = prompt.start(passage.fromToken());
    while (at < prompt.text().length() && Character.isWhitespace(prompt.text().charAt(at))) {
      at++; // passages begin behind white space
    }
    int inPrompt = end ? prompt.end(token) : prompt.start(token);
    return Math.clamp(passage.from() + inPrompt - at, passage.from(), passage.to());
  }

  /** The mean share of each page over an answer. */
  static ArrayNode strip(Reading answer) {
    ArrayNode strip = Json.array();
    answer.pages().forEach(share -> strip.add(rounded(share)));
    return strip;
  }

  private static double rounded(double share) {
    return Math.rint(share * PRECISION) / PRECISION;
  }
}
