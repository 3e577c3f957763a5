package io.github.quest4j.langchain4j;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.constrain.Constraints;
import io.github.quest4j.engine.constrain.TokenConstraint;
import io.github.quest4j.engine.sample.SamplingOptions;
import io.github.quest4j.engine.schedule.Scheduler;
import io.github.quest4j.engine.tool.ToolPrompts;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What both kinds of chat models do: LangChain4j's requests as the engine's, and handed to a
 * scheduler. Thread-safe.
 *
 * @param scheduler that runs the requests
 * @param owned whether it is closed with the model
 * @param defaults of parameters that a request does not set
 * @param listeners that hear of requests
 */
record Chat(
    Scheduler scheduler,
    boolean owned,
    QuestChatRequestParameters defaults,
    List<ChatModelListener> listeners)
    implements AutoCloseable {

  static final int DEFAULT_MAX_TOKENS = 1_024;

  Chat {
    listeners = List.copyOf(listeners);
  }

  private Engine engine() {
    return scheduler.engine();
  }

  /**
   * Refuses parameters that ask for what there is not.
   *
   * @throws UnsupportedFeatureException naming it
   */
  static void check(ChatRequestParameters parameters, Engine engine) {
    String name = parameters.modelName();
    if (name != null && !name.equals(engine.name())) {
      throw new UnsupportedFeatureException(
          "modelName "
              + name
              + " is not supported: this model object runs "
              + engine.name()
              + ", so leave the name out or open the other model");
    }
  }

  /**
   * Refuses a request that asks for what there is not.
   *
   * @throws UnsupportedFeatureException naming it
   */
  void check(ChatRequest request) {
    check(request.parameters(), engine());
    Conversation.check(request.messages());
  }

  /**
   * Hands a request to the scheduler.
   *
   * @throws RuntimeException of LangChain4j if it cannot be served
   */
  Answer submit(ChatRequest request) {
    check(request);
    try {
      QuestChatRequestParameters parameters = QuestChatRequestParameters.of(request.parameters());
      ToolOffer offer = ToolOffer.of(parameters);
      Prompt prompt =
          ToolPrompts.of(
              engine(), Conversation.of(request.messages()), offer.definitions(), offer.required());
      GenerateRequest generate = generate(prompt, parameters);
      generate = constraint(parameters, offer).map(generate::withConstraint).orElse(generate);
      return new Answer(scheduler.submit(generate, 1), engine().name(), offer.names());
    } catch (RuntimeException e) {
      throw Errors.refused(e);
    }
  }

  private GenerateRequest generate(Prompt prompt, QuestChatRequestParameters parameters) {
    int maxTokens = Optional.ofNullable(parameters.maxOutputTokens()).orElse(DEFAULT_MAX_TOKENS);
    return GenerateRequest.of(prompt)
        .withMaxTokens(maxTokens)
        .withSampling(sampling(parameters))
        .withStop(parameters.stopSequences())
        .withAttention(attention(parameters));
  }

  private static SamplingOptions sampling(QuestChatRequestParameters parameters) {
    SamplingOptions greedy = SamplingOptions.GREEDY;
    return greedy
        .withTemperature(number(parameters.temperature(), greedy.temperature()))
        .withTopP(number(parameters.topP(), greedy.topP()))
        .withTopK(Optional.ofNullable(parameters.topK()).orElse(greedy.topK()))
        .withFrequencyPenalty(number(parameters.frequencyPenalty(), greedy.frequencyPenalty()))
        .withPresencePenalty(number(parameters.presencePenalty(), greedy.presencePenalty()))
        .withSeed(parameters.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong()));
  }

  private static float number(@Nullable Double value, float otherwise) {
    return value == null ? otherwise : value.floatValue();
  }

  private AttentionOptions attention(QuestChatRequestParameters parameters) {
    AttentionOptions how = engine().options().attention();
    if (parameters.attention().isPresent()) {
      how = how.withPolicy(parameters.attention().get());
    }
    if (parameters.tokenBudget().isPresent()) {
      how = how.withTokenBudget(parameters.tokenBudget().getAsInt());
    }
    if (parameters.scorer().isPresent()) {
      how = how.withScorer(parameters.scorer().get());
    }
    return how;
  }

  private Optional<TokenConstraint> constraint(ChatRequestParameters parameters, ToolOffer offer) {
    Optional<ResponseFormat> json =
        Optional.ofNullable(parameters.responseFormat())
            .filter(format -> format.type() == ResponseFormatType.JSON);
    Optional<JsonNode> schema =
        json.map(ResponseFormat::jsonSchema).map(s -> Schemas.of(s.rootElement()));
    if (json.isEmpty() && !offer.required()) {
      return Optional.empty();
    }
    Constraints constraints = engine().constraints();
    if (offer.required()) {
      return Optional.of(constraints.jsonSchema(offer.schema(Optional.empty())));
    }
    if (schema.isPresent()) {
      return Optional.of(
          constraints.jsonSchema(offer.tools().isEmpty() ? schema.get() : offer.schema(schema)));
    }
    return Optional.of(constraints.jsonObject());
  }

  /** Ends the scheduler if it came with the model. */
  @Override
  public void close() {
    if (owned) {
      scheduler.close();
    }
  }
}
