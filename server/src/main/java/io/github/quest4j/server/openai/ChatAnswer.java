package io.github.quest4j.server.openai;

import io.github.quest4j.engine.tool.ToolCallScanner;
import io.github.quest4j.model.tokenizer.Tokenizer;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer of {@code /v1/chat/completions}. */
final class ChatAnswer extends Answer {

  private int calls; // told, over all choices: makes ids

  private final String callPrefix;

  ChatAnswer(String id, ServedModel model, Ask ask) {
    super(id, "chat.completion", model, ask);
    callPrefix = "call_" + id.substring(id.indexOf('-') + 1) + "_";
  }

  @Override
  String chunkSuffix() {
    return ".chunk";
  }

  @Override
  ObjectNode choice(Choice choice) {
    ObjectNode json = Json.object().put("index", choice.index);
    ObjectNode message = json.putObject("message").put("role", "assistant");
    if (choice.calls().isEmpty()) {
      message.put("content", choice.text());
    } else {
      if (choice.text().isBlank()) {
        message.putNull("content");
      } else {
        message.put("content", choice.text());
      }
      ArrayNode all = message.putArray("tool_calls");
      choice.calls().forEach(call -> all.add(call(call)));
    }
    message.putNull("refusal");
    if (ask().logprobs() >= 0) {
      json.set("logprobs", logprobs(choice.likely()));
    } else {
      json.putNull("logprobs");
    }
    return json.put("finish_reason", choice.finishReason());
  }

  @Override
  List<ObjectNode> chunks(
      Choice choice, List<ToolCallScanner.Part> parts, List<Choice.Likely> likely) {
    List<ObjectNode> chunks = new ArrayList<>();
    if (choice.first()) {
      chunks.add(chunk(delta(choice, nothing().put("role", "assistant"))));
    }
    List<Choice.Likely> untold = likely;
    int told = choice.calls().size();
    for (ToolCallScanner.Part part : parts) {
      told -= part instanceof ToolCallScanner.Part.Call ? 1 : 0;
    }
    for (ToolCallScanner.Part part : parts) {
      ObjectNode delta = Json.object();
      switch (part) {
        case ToolCallScanner.Part.Text text -> delta.put("content", text.text());
        case ToolCallScanner.Part.Call call -> {
          ObjectNode json = Json.object().put("index", told++);
          json.setAll(call(call));
          delta.putArray("tool_calls").add(json);
        }
      }
      chunks.add(chunk(with(untold, delta(choice, delta))));
      untold = List.of();
    }
    if (!untold.isEmpty()) {
      chunks.add(chunk(with(untold, delta(choice, nothing()))));
    }
    return chunks;
  }

  @Override
  ObjectNode last(Choice choice) {
    return chunk(delta(choice, Json.object()).put("finish_reason", choice.finishReason()));
  }

  /** A delta that says nothing: null where a call may be all that comes, as in a whole answer. */
  private ObjectNode nothing() {
    return ask().tools().offered()
        ? Json.object().putNull("content")
        : Json.object().put("content", "");
  }

  private static ObjectNode delta(Choice choice, ObjectNode delta) {
    ObjectNode json = Json.object().put("index", choice.index);
    json.set("delta", delta);
    return json.putNull("logprobs").putNull("finish_reason");
  }

  private ObjectNode with(List<Choice.Likely> likely, ObjectNode choice) {
    if (!likely.isEmpty()) {
      choice.set("logprobs", logprobs(likely));
    }
    return choice;
  }

  private ObjectNode call(ToolCallScanner.Part.Call call) {
    ObjectNode json = Json.object().put("id", callPrefix + calls++).put("type", "function");
    json.putObject("function").put("name", call.name()).put("arguments", call.arguments());
    return json;
  }

  private ObjectNode logprobs(List<Choice.Likely> likely) {
    Tokenizer tokenizer = model().engine().tokenizer();
    ObjectNode json = Json.object();
    ArrayNode content = json.putArray("content");
    for (Choice.Likely token : likely) {
      ObjectNode entry = LogprobJson.of(token.logprobs().chosen(), tokenizer);
      ArrayNode top = entry.putArray("top_logprobs");
      token.logprobs().top().forEach(other -> top.add(LogprobJson.of(other, tokenizer)));
      content.add(entry);
    }
    return json.putNull("refusal");
  }
}
