package io.github.quest4j.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.Scheduler;
import io.github.quest4j.engine.schedule.SchedulerOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the builders of both models have in common. Either an engine or a scheduler must be given;
 * what a request does not set is as said here, else as the engine does: greedy, at most 1,024
 * tokens.
 *
 * @param <B> the builder itself
 */
public abstract sealed class QuestModelBuilder<B extends QuestModelBuilder<B>>
    permits QuestChatModel.Builder, QuestStreamingChatModel.Builder {

  private final QuestChatRequestParameters.Builder own = QuestChatRequestParameters.builder();
  private QuestChatRequestParameters defaults = QuestChatRequestParameters.EMPTY;
  private @Nullable Engine engine;
  private @Nullable Scheduler scheduler;
  private @Nullable SchedulerOptions options;
  private List<ChatModelListener> listeners = List.of();

  QuestModelBuilder() {}

  abstract B self();

  /**
   * The engine to run on, with a scheduler that the model starts and closes. The engine stays the
   * caller's, who closes it after the model.
   */
  public B engine(Engine value) {
    engine = value;
    return self();
  }

  /** How many requests the model's own scheduler runs and lets wait; not with a given scheduler. */
  public B schedulerOptions(SchedulerOptions value) {
    options = value;
    return self();
  }

  /** In place of an engine: a scheduler that others use too. It stays the caller's. */
  public B scheduler(Scheduler value) {
    scheduler = value;
    return self();
  }

  /** Defaults of all parameters; the other methods of this builder go before them. */
  public B defaultRequestParameters(ChatRequestParameters value) {
    defaults = QuestChatRequestParameters.of(value);
    return self();
  }

  /** Who hears of requests, responses and errors. */
  public B listeners(List<ChatModelListener> value) {
    listeners = List.copyOf(value);
    return self();
  }

  /** Who hears of requests, responses and errors. */
  public B listeners(ChatModelListener... value) {
    return listeners(List.of(value));
  }

  /** 0 takes the most likely token, which is the default. */
  public B temperature(double value) {
    own.temperature(value);
    return self();
  }

  /** Only the most likely tokens that together reach this probability, in (0, 1]. */
  public B topP(double value) {
    own.topP(value);
    return self();
  }

  /** Only the K most likely tokens; 0 for no limit. */
  public B topK(int value) {
    own.topK(value);
    return self();
  }

  /** In [-2, 2]. */
  public B frequencyPenalty(double value) {
    own.frequencyPenalty(value);
    return self();
  }

  /** In [-2, 2]. */
  public B presencePenalty(double value) {
    own.presencePenalty(value);
    return self();
  }

  /** Tokens of an answer, at most. */
  public B maxOutputTokens(int value) {
    own.maxOutputTokens(value);
    return self();
  }

  /** Texts at which an answer ends; they are not part of it. */
  public B stopSequences(List<String> value) {
    own.stopSequences(value);
    return self();
  }

  /** Tools that answers may call. */
  public B toolSpecifications(List<ToolSpecification> value) {
    own.toolSpecifications(value);
    return self();
  }

  /** What answers must be. */
  public B responseFormat(ResponseFormat value) {
    own.responseFormat(value);
    return self();
  }

  /** What decode steps read: quest, dense, …, as {@code AttentionOptions} names it. */
  public B attention(String value) {
    own.attention(value);
    return self();
  }

  /** Tokens that a sparse step reads per list. */
  public B tokenBudget(int value) {
    own.tokenBudget(value);
    return self();
  }

  /** How pages are scored; the engine must have been opened with this scorer. */
  public B scorer(String value) {
    own.scorer(value);
    return self();
  }

  /** Of the draw; where none is given, each request has another one. */
  public B seed(long value) {
    own.seed(value);
    return self();
  }

  /** What the model is made of; a scheduler is started unless one was given. */
  Chat chat() {
    if ((engine == null) == (scheduler == null)) {
      throw new IllegalArgumentException("give either an engine or a scheduler");
    }
    if (scheduler != null && options != null) {
      throw new IllegalArgumentException("the scheduler given has options of its own: give none");
    }
    Engine on = scheduler == null ? requireEngine() : scheduler.engine();
    QuestChatRequestParameters all =
        QuestChatRequestParameters.builder()
            .modelName(on.name())
            .build()
            .overrideWith(defaults)
            .overrideWith(own.build());
    Chat.check(all, on);
    boolean owned = scheduler == null;
    Scheduler runs =
        scheduler == null
            ? Scheduler.start(on, options == null ? SchedulerOptions.defaults() : options)
            : scheduler;
    return new Chat(runs, owned, all, listeners);
  }

  private Engine requireEngine() {
    if (engine == null) {
      throw new IllegalArgumentException("give either an engine or a scheduler");
    }
    return engine;
  }
}
