package io.github.quest4j.server.openai;

import io.github.quest4j.engine.sample.TokenLogprobs;
import io.github.quest4j.model.tokenizer.Tokenizer;
import io.github.quest4j.server.api.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Log probabilities as chat answers give them. */
final class LogprobJson {

  private static final double LEAST = -9_999; // what OpenAI says of what cannot come

  private LogprobJson() {}

  /** A token: its text, its bytes, which may be no whole characters, and how likely it was. */
  static ObjectNode of(TokenLogprobs.Logprob token, Tokenizer tokenizer) {
    ObjectNode json =
        Json.object().put("token", tokenizer.piece(token.token())).put("logprob", value(token));
    ArrayNode bytes = json.putArray("bytes");
    for (byte b : tokenizer.bytes(token.token())) {
      bytes.add(b & 0xff);
    }
    return json;
  }

  /** A number that JSON can hold. */
  static double value(TokenLogprobs.Logprob token) {
    return Math.max(LEAST, token.logprob());
  }
}
