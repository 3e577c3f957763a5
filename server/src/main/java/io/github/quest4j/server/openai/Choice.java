package io.github.quest4j.server.openai;

import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.sample.TokenLogprobs;
import io.github.quest4j.engine.schedule.Ticket;
import io.github.quest4j.engine.tool.ToolCallScanner;
import io.github.quest4j.engine.trace.Reading;
import io.github.quest4j.server.api.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/** One text of an answer, as it grows. */
final class Choice {

  /**
   * A token with its probabilities.
   *
   * @param offset of the token's text in the answer, in UTF-16 code units
   */
  record Likely(TokenLogprobs logprobs, int offset) {}

  final int index;
  private final Optional<ToolCallScanner> scanner;
  private final StringBuilder text = new StringBuilder();
  private final List<ToolCallScanner.Part.Call> calls = new ArrayList<>();
  private final List<Likely> likely = new ArrayList<>();
  private final ArrayNode tokens = Json.array(); // with what they were read from
  private Optional<TraceJson> trace = Optional.empty();
  private Optional<Reading> reading = Optional.empty(); // of the whole text
  private int tracesTold;
  private Optional<GenerationResult> result = Optional.empty();
  private int length; // of all text that came
  private boolean told; // a stream has said who speaks

  Choice(int index, Tools tools) {
    this.index = index;
    this.scanner =
        tools.offered() ? Optional.of(new ToolCallScanner(tools.names())) : Optional.empty();
  }

  /** Takes a token; what became certain with it. */
  List<ToolCallScanner.Part> accept(Ticket.Event.Token token) {
    trace.ifPresent(json -> tokens.add(json.token(token.text(), token.reading())));
    token.logprobs().ifPresent(logprobs -> likely.add(new Likely(logprobs, length)));
    length += token.text().length();
    return keep(
        scanner
            .map(s -> s.accept(token.text()))
            .orElseGet(() ->
                token.text().isEmpty()
                    ? List.of()
                    : List.of(new ToolCallScanner.Part.Text(token.text()))));
  }

  /** It has ended; what was held back. */
  List<ToolCallScanner.Part> finish(Ticket.Event.Finished end) {
    result = Optional.of(end.result());
    reading = end.reading();
    return keep(scanner.map(ToolCallScanner::finish).orElse(List.of()));
  }

  private List<ToolCallScanner.Part> keep(List<ToolCallScanner.Part> parts) {
    for (ToolCallScanner.Part part : parts) {
      switch (part) {
        case ToolCallScanner.Part.Text piece -> text.append(piece.text());
        case ToolCallScanner.Part.Call call -> calls.add(call);
      }
    }
    return parts;
  }

  /** Whether the first chunk is still to come; from now on it is not. */
  boolean first() {
    boolean first = !told;
    told = true;
    return first;
  }

  /** From now on it keeps what its tokens are read from. */
  void trace(TraceJson json) {
    trace = Optional.of(json);
  }

  Optional<TraceJson> trace() {
    return trace;
  }

  /** All tokens with what they were read from. */
  ArrayNode told() {
    return tokens;
  }

  /** Those that no chunk has told of yet; empty unless one of them brought text. */
  ArrayNode untold() {
    ArrayNode untold = Json.array();
    boolean text = false;
    for (int i = tracesTold; i < tokens.size(); i++) {
      untold.add(tokens.get(i));
      text |= !tokens.get(i).get("text").stringValue().isEmpty();
    }
    if (!text) {
      return Json.array(); // they wait for the text that they are part of
    }
    tracesTold = tokens.size();
    return untold;
  }

  Optional<Reading> reading() {
    return reading;
  }

  String text() {
    return text.toString();
  }

  List<ToolCallScanner.Part.Call> calls() {
    return List.copyOf(calls);
  }

  List<Likely> likely() {
    return List.copyOf(likely);
  }

  /** The last tokens with their probabilities, from one on. */
  List<Likely> likely(int from) {
    return List.copyOf(likely.subList(from, likely.size()));
  }

  int likelyCount() {
    return likely.size();
  }

  GenerationResult result() {
    return result.orElseThrow();
  }

  boolean ended() {
    return result.isPresent();
  }

  /** Why it ended, as OpenAI says it. */
  String finishReason() {
    return calls.isEmpty() ? result().finishReason().label() : "tool_calls";
  }
}
