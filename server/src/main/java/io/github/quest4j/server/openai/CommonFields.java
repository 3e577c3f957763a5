package io.github.quest4j.server.openai;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.constrain.TokenConstraint;
import io.github.quest4j.model.chat.ChatTemplateException;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Fields;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.model.ServedModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** What requests to both endpoints have in common. */
final class CommonFields {

  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_LENGTH = 4_096;

  private final Fields fields;
  private final ServedModel model;
  private final Limits limits;

  CommonFields(Fields fields, ServedModel model, Limits limits) {
    this.fields = fields;
    this.model = model;
    this.limits = limits;
    fields
        .string("model")
        .filter(name -> !model.names().contains(name))
        .ifPresent(name -> {
          throw ApiException.model(
              "there is no model " + name + " here: this server has " + model.name());
        });
  }

  Engine engine() {
    return model.engine();
  }

  boolean stream() {
    return fields.flag("stream", false);
  }

  boolean includeUsage() {
    Optional<Fields> options = fields.object("stream_options");
    if (options.isPresent() && !stream()) {
      throw fields.wrong("stream_options", "needs stream: true");
    }
    return options.map(o -> o.flag("include_usage", false)).orElse(false);
  }

  int samples(int prompts) {
    int running = model.scheduler().options().running();
    int samples = fields.integer("n", 1, running).orElse(1);
    if (samples * prompts > running) {
      throw fields.wrong(
          prompts > 1 ? "prompt" : "n",
          "asks for " + samples * prompts + " texts; this server writes " + running + " at a time");
    }
    return samples;
  }

  Trace trace(Tools tools) {
    return Trace.read(fields.object("quest"), engine(), tools);
  }

  /** A request to generate. */
  GenerateRequest request(
      Prompt prompt, int logprobs, int maxTokens, Optional<TokenConstraint> constraint) {
    boolean ignoreEnd = fields.flag("ignore_eos", false);
    if (ignoreEnd && constraint.isPresent()) {
      throw fields.wrong("ignore_eos", "cannot be had: the text must end where it is complete");
    }
    GenerateRequest request =
        GenerateRequest.of(prompt)
            .withMaxTokens(maxTokens)
            .withSampling(SamplingFields.of(fields, engine().config().vocabulary()))
            .withStop(stops())
            .withLogprobs(logprobs)
            .withIgnoreEnd(ignoreEnd);
    request = constraint.map(request::withConstraint).orElse(request);
    return QuestFields.of(fields, engine()).map(request::withAttention).orElse(request);
  }

  /** The limit of tokens, by the first of the fields that is there. */
  int maxTokens(int otherwise, String... names) {
    int most = limits.outputTokens() == 0 ? engine().context() : limits.outputTokens();
    OptionalInt first = OptionalInt.empty();
    for (String name : names) { // all are checked
      // More than the context cannot come, and clients ask for it; an own limit is insisted on.
      OptionalInt value =
          fields.integer(name, 1, limits.outputTokens() == 0 ? Integer.MAX_VALUE : most);
      first = first.isPresent() ? first : value;
    }
    if (first.isPresent()) {
      return Math.min(most, first.getAsInt());
    }
    return otherwise == 0 ? most : Math.min(most, otherwise);
  }

  private List<String> stops() {
    Optional<JsonNode> stop = fields.node("stop");
    if (stop.isPresent() && stop.get().isString()) {
      return List.of(stop(stop.get(), "stop"));
    }
    return fields.list("stop", MAX_STOPS, CommonFields::stop);
  }

  private static String stop(JsonNode value, String name) {
    if (!value.isString()
        || value.stringValue().isEmpty()
        || value.stringValue().length() > MAX_STOP_LENGTH) {
      throw ApiException.field(
          name, name + " is not a string of 1 to " + MAX_STOP_LENGTH + " characters");
    }
    return value.stringValue();
  }

  /** Holds the prompt to the server's own limit; the model's is held to where it is submitted. */
  void check(GenerateRequest request, String field) {
    if (limits.promptTokens() == 0) {
      return;
    }
    int tokens;
    try {
      tokens = engine().promptOf(request).length;
    } catch (ChatTemplateException | EngineException | IllegalArgumentException e) {
      throw ApiException.field(field, field + ": " + e.getMessage());
    }
    if (tokens > limits.promptTokens()) {
      throw ApiException.field(
          field, field + " has " + tokens + " tokens; this server takes " + limits.promptTokens());
    }
  }
}
