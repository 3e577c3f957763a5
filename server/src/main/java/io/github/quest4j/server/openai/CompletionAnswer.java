package io.github.quest4j.server.openai;

import io.github.quest4j.engine.sample.TokenLogprobs;
import io.github.quest4j.engine.tool.ToolCallScanner;
import io.github.quest4j.model.tokenizer.Tokenizer;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.model.ServedModel;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer of {@code /v1/completions}. */
final class CompletionAnswer extends Answer {

  CompletionAnswer(String id, ServedModel model, Ask ask) {
    super(id, "text_completion", model, ask);
  }

  @Override
  String chunkSuffix() {
    return "";
  }

  @Override
  ObjectNode choice(Choice choice) {
    return json(choice, ask().echo(choice.index) + choice.text(), choice.likely())
        .put("finish_reason", choice.finishReason());
  }

  @Override
  List<ObjectNode> chunks(
      Choice choice, List<ToolCallScanner.Part> parts, List<Choice.Likely> likely) {
    String text =
        parts.stream()
            .map(part -> part instanceof ToolCallScanner.Part.Text piece ? piece.text() : "")
            .collect(Collectors.joining());
    if (choice.first()) {
      text = ask().echo(choice.index) + text;
    }
    return text.isEmpty() && likely.isEmpty()
        ? List.of()
        : List.of(chunk(json(choice, text, likely)));
  }

  @Override
  ObjectNode last(Choice choice) {
    return chunk(json(choice, "", List.of()).put("finish_reason", choice.finishReason()));
  }

  private ObjectNode json(Choice choice, String text, List<Choice.Likely> likely) {
    ObjectNode json = Json.object().put("index", choice.index).put("text", text);
    if (likely.isEmpty()) {
      json.putNull("logprobs");
    } else {
      json.set("logprobs", logprobs(likely));
    }
    return json.putNull("finish_reason");
  }

  private ObjectNode logprobs(List<Choice.Likely> likely) {
    Tokenizer tokenizer = model().engine().tokenizer();
    ObjectNode json = Json.object();
    ArrayNode tokens = json.putArray("tokens");
    ArrayNode values = json.putArray("token_logprobs");
    ArrayNode tops = json.putArray("top_logprobs");
    ArrayNode offsets = json.putArray("text_offset");
    for (Choice.Likely token : likely) {
      tokens.add(tokenizer.piece(token.logprobs().chosen().token()));
      values.add(LogprobJson.value(token.logprobs().chosen()));
      ObjectNode top = tops.addObject();
      for (TokenLogprobs.Logprob other : token.logprobs().top()) {
        top.put(tokenizer.piece(other.token()), LogprobJson.value(other));
      }
      offsets.add(token.offset());
    }
    return json;
  }
}
