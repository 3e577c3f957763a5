package io.github.quest4j.server.http;

import io.github.quest4j.model.tokenizer.Tokenizer;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Fields;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.model.ModelHolder;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /tokenize} and {@code /detokenize}. */
final class TokensEndpoint {

  private static final int MAX_TOKENS = 1 << 22;

  private final ModelHolder models;

  TokensEndpoint(ModelHolder models) {
    this.models = models;
  }

  void tokenize(Exchange exchange) {
    answer(exchange, TokensEndpoint::tokenize);
  }

  void detokenize(Exchange exchange) {
    answer(exchange, TokensEndpoint::detokenize);
  }

  private void answer(Exchange exchange, BiFunction<JsonNode, Tokenizer, JsonNode> answer) {
    Tokenizer tokenizer = models.use().engine().tokenizer();
    JsonNode json;
    try {
      json = answer.apply(exchange.json(), tokenizer);
    } finally {
      models.done();
    }
    exchange.send(200, json);
  }

  private static JsonNode tokenize(JsonNode body, Tokenizer tokenizer) {
    Fields fields = Fields.of(body);
    String text =
        fields
            .string("content")
            .or(() -> fields.string("prompt"))
            .orElseThrow(() -> fields.wrong("content", "is missing"));
    int[] tokens =
        tokenizer.encode(
            text, fields.flag("add_special", false), fields.flag("parse_special", true));
    boolean pieces = fields.flag("with_pieces", false);
    ObjectNode json = Json.object();
    ArrayNode all = json.putArray("tokens");
    for (int token : tokens) {
      if (pieces) {
        all.addObject().put("id", token).put("piece", tokenizer.piece(token));
      } else {
        all.add(token);
      }
    }
    return json;
  }

  private static JsonNode detokenize(JsonNode body, Tokenizer tokenizer) {
    Fields fields = Fields.of(body);
    if (!fields.has("tokens")) {
      throw fields.wrong("tokens", "is missing");
    }
    List<Integer> tokens =
        fields.list(
            "tokens",
            MAX_TOKENS,
            (value, name) -> {
              OptionalLong id = Fields.whole(value);
              if (id.isEmpty() || id.getAsLong() < 0 || id.getAsLong() >= tokenizer.size()) {
                throw ApiException.field(
                    name, name + " is no token of the vocabulary of " + tokenizer.size());
              }
              return (int) id.getAsLong();
            });
    int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
    return Json.object().put("content", tokenizer.decode(ids, true));
  }
}
