package io.github.quest4j.server.openai;

import io.github.quest4j.engine.sample.SamplingOptions;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Fields;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;

/** How tokens are drawn, as requests say it: OpenAI's fields and those that other servers take. */
final class SamplingFields {

  private static final double MAX_TEMPERATURE = 2;
  private static final double LEAST_TOP_P =
      1e-6; // 0 is asked for where only the likeliest is meant
  private static final double MAX_BIAS = 100;
  private static final int MAX_BIASES = 1_024;
  private static final int MAX_TOP_K = 1 << 24;

  private SamplingFields() {}

  /** Reads them. */
  static SamplingOptions of(Fields fields, int vocabulary) {
    OptionalLong seed = fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    OptionalInt topK = fields.integer("top_k", -1, MAX_TOP_K);
    OptionalDouble repeat = fields.number("repeat_penalty", 0.01, 100);
    OptionalDouble repetition = fields.number("repetition_penalty", 0.01, 100);
    return SamplingOptions.GREEDY
        .withTemperature((float) fields.number("temperature", 0, MAX_TEMPERATURE).orElse(1))
        .withTopP((float) Math.max(LEAST_TOP_P, fields.number("top_p", 0, 1).orElse(1)))
        .withTopK(Math.max(0, topK.orElse(0)))
        .withMinP((float) fields.number("min_p", 0, 1).orElse(0))
        .withRepetitionPenalty((float) repetition.orElse(repeat.orElse(1)))
        .withPresencePenalty((float) fields.number("presence_penalty", -2, 2).orElse(0))
        .withFrequencyPenalty((float) fields.number("frequency_penalty", -2, 2).orElse(0))
        .withLogitBias(biases(fields, vocabulary))
        .withSeed(seed.orElseGet(() -> ThreadLocalRandom.current().nextLong()));
  }

  private static Map<Integer, Float> biases(Fields fields, int vocabulary) {
    Map<Integer, Float> biases = new HashMap<>();
    fields
        .object("logit_bias")
        .ifPresent(object -> {
          if (object.names().size() > MAX_BIASES) {
            throw fields.wrong("logit_bias", "has more than " + MAX_BIASES + " tokens");
          }
          for (String name : object.names()) {
            OptionalDouble bias = object.number(name, -MAX_BIAS, MAX_BIAS);
            int token = name.matches("[0-9]{1,9}") ? Integer.parseInt(name) : vocabulary;
            if (token >= vocabulary) {
              throw fields.wrong("logit_bias", "names no token of the vocabulary: " + name);
            }
            bias.ifPresent(value -> biases.put(token, (float) value));
          }
        });
    return biases;
  }

  /** A token's id, as {@code prompt} and {@code tokens} give it. */
  static int token(JsonNode value, String name, int vocabulary) {
    OptionalLong id = Fields.whole(value);
    if (id.isEmpty() || id.getAsLong() < 0 || id.getAsLong() >= vocabulary) {
      throw ApiException.field(name, name + " is no token of the vocabulary of " + vocabulary);
    }
    return (int) id.getAsLong();
  }
}
