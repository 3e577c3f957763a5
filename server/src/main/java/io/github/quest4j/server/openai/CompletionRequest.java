package io.github.quest4j.server.openai;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.constrain.TokenConstraint;
import io.github.quest4j.engine.sample.TextSampler;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Fields;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads requests to {@code /v1/completions}. */
public final class CompletionRequest {

  private static final int MAX_TOKENS = 16; // as OpenAI has it
  private static final int MAX_LOGPROBS = 5;
  private static final String PROMPT = "prompt";

  private CompletionRequest() {}

  /**
   * Reads one.
   *
   * @throws ApiException naming the field that is wrong
   */
  public static Ask read(JsonNode body, ServedModel model, Limits limits) {
    Fields fields = Fields.of(body);
    CommonFields common = new CommonFields(fields, model, limits);
    refuse(fields);
    List<Prompt> prompts = prompts(fields, model.engine());
    int samples = common.samples(prompts.size());
    OptionalInt bestOf = fields.integer("best_of", 1, Integer.MAX_VALUE);
    if (bestOf.isPresent() && bestOf.getAsInt() != samples) {
      throw fields.wrong("best_of", "is not n: this server answers with all that it generates");
    }
    OptionalInt logprobs = fields.integer("logprobs", 0, MAX_LOGPROBS);
    boolean echo = fields.flag("echo", false);
    if (echo && logprobs.isPresent()) {
      throw fields.wrong("echo", "cannot be had together with logprobs");
    }
    int top = logprobs.orElse(TextSampler.NO_LOGPROBS);
    int maxTokens = common.maxTokens(MAX_TOKENS, "max_tokens", "max_completion_tokens");
    Optional<TokenConstraint> constraint = ResponseFormat.read(fields, model.engine());
    List<GenerateRequest> requests = new ArrayList<>();
    for (Prompt prompt : prompts) {
      GenerateRequest request = common.request(prompt, top, maxTokens, constraint);
      common.check(request, PROMPT);
      requests.add(request);
    }
    List<String> echoes =
        echo ? prompts.stream().map(prompt -> text(prompt, model.engine())).toList() : List.of();
    Trace trace = common.trace(Tools.NONE);
    return new Ask(
        PROMPT,
        requests,
        samples,
        common.stream(),
        common.includeUsage(),
        top,
        echoes,
        Tools.NONE,
        trace);
  }

  private static void refuse(Fields fields) {
    if (!fields.string("suffix").orElse("").isEmpty()) {
      throw fields.wrong("suffix", "is not to be had: the model continues texts, it fills no gaps");
    }
  }

  private static List<Prompt> prompts(Fields fields, Engine engine) {
    JsonNode node = fields.node(PROMPT).orElseThrow(() -> fields.wrong(PROMPT, "is missing"));
    int vocabulary = engine.config().vocabulary();
    if (node.isString()) {
      return List.of(Prompt.raw(node.stringValue()));
    }
    if (node.isArray() && !node.isEmpty() && node.get(0).isNumber()) {
      return List.of(Prompt.tokens(tokens(fields, PROMPT, vocabulary, engine.context())));
    }
    List<Prompt> prompts =
        fields.list(
            PROMPT,
            1_024,
            (value, name) -> {
              if (value.isString()) {
                return Prompt.raw(value.stringValue());
              }
              if (value.isArray()) {
                Fields wrapped = Fields.of(Json.object().set("tokens", value));
                return Prompt.tokens(tokens(wrapped, "tokens", vocabulary, engine.context()));
              }
              throw ApiException.field(name, name + " is neither a string nor an array of tokens");
            });
    if (prompts.isEmpty()) {
      throw fields.wrong(PROMPT, "is empty");
    }
    return prompts;
  }

  private static List<Integer> tokens(Fields fields, String field, int vocabulary, int most) {
    return fields.list(field, most, (value, name) -> SamplingFields.token(value, name, vocabulary));
  }

  private static String text(Prompt prompt, Engine engine) {
    return switch (prompt) {
      case Prompt.Raw raw -> raw.text();
      case Prompt.Tokens tokens ->
          engine.tokenizer().decode(tokens.ids().stream().mapToInt(Integer::intValue).toArray());
      case Prompt.Chat chat -> engine.render(chat.messages());
    };
  }
}
