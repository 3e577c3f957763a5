package io.github.quest4j.server.openai;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.sample.TextSampler;
import io.github.quest4j.model.chat.ChatTemplateException;
import io.github.quest4j.model.chat.Message;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Fields;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.model.ServedModel;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads requests to {@code /v1/chat/completions}. */
public final class ChatRequest {

  private static final int MAX_MESSAGES = 4_096;
  private static final int MAX_TOP_LOGPROBS = 20;
  private static final String MESSAGES = "messages";

  private ChatRequest() {}

  /**
   * Reads one.
   *
   * @throws ApiException naming the field that is wrong
   */
  public static Ask read(JsonNode body, ServedModel model, Limits limits) {
    Fields fields = Fields.of(body);
    CommonFields common = new CommonFields(fields, model, limits);
    Tools offered = Tools.read(fields);
    ToolChoice choice = ToolChoice.read(fields, offered);
    Tools tools = choice.told() ? offered : Tools.NONE;
    List<Message> messages = fields.list(MESSAGES, MAX_MESSAGES, ChatMessages::read);
    if (messages.isEmpty()) {
      throw fields.wrong(MESSAGES, fields.has(MESSAGES) ? "is empty" : "is missing");
    }
    int samples = common.samples(1);
    int logprobs = logprobs(fields);
    Prompt prompt = prompt(model.engine(), messages, tools);
    GenerateRequest request =
        common.request(
            prompt,
            logprobs,
            common.maxTokens(0, "max_completion_tokens", "max_tokens"),
            choice
                .constraint(model.engine())
                .or(() -> ResponseFormat.read(fields, model.engine())));
    common.check(request, MESSAGES);
    return new Ask(
        MESSAGES,
        List.of(request),
        samples,
        common.stream(),
        common.includeUsage(),
        logprobs,
        List.of(),
        tools,
        common.trace(tools));
  }

  private static int logprobs(Fields fields) {
    boolean asked = fields.flag("logprobs", false);
    OptionalInt top = fields.integer("top_logprobs", 0, MAX_TOP_LOGPROBS);
    if (top.isPresent() && top.getAsInt() > 0 && !asked) {
      throw fields.wrong("top_logprobs", "needs logprobs: true");
    }
    return asked ? top.orElse(0) : TextSampler.NO_LOGPROBS;
  }

  private static Prompt prompt(Engine engine, List<Message> messages, Tools tools) {
    try {
      return tools.prompt(engine, messages);
    } catch (ChatTemplateException | EngineException e) {
      throw ApiException.field(MESSAGES, MESSAGES + ": " + e.getMessage());
    }
  }
}
