package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;

/**
 * LangChain4j's streaming chat model over an engine in the same process. Thread-safe: requests of
 * several threads run in one batch. Each answer is told by a thread of its own, so a slow handler
 * holds nobody else up.
 *
 * <p>What the model cannot do is refused by {@code UnsupportedFeatureException} at once; all other
 * errors, LangChain4j's exceptions too, come to {@code onError}. After {@code
 * StreamingHandle.cancel()} nothing more is told.
 */
public final class QuestStreamingChatModel implements StreamingChatModel, AutoCloseable {

  private final Chat chat;

  private QuestStreamingChatModel(Chat chat) {
    this.chat = chat;
  }

  /** Makes a model. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    chat.check(request);
    Thread.ofVirtual().name("quest-chat").start(new HandledAnswer(chat, request, handler));
  }

  /** Subscribers are told as much as they ask for; the generation does not wait for them. */
  @Override
  public Flow.Publisher<ChatModelStreamingEvent> doChat(ChatRequest request) {
    return new AnswerPublisher(chat, request);
  }

  @Override
  public QuestChatRequestParameters defaultRequestParameters() {
    return chat.defaults();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return chat.listeners();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }

  /** Ends the scheduler that the model started, and with it what runs; not one that was given. */
  @Override
  public void close() {
    chat.close();
  }

  /** Makes a model. */
  public static final class Builder extends QuestModelBuilder<Builder> {

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * The model.
     *
     * @throws dev.langchain4j.exception.UnsupportedFeatureException if a default asks for what
     *     there is not
     * @throws IllegalArgumentException if neither an engine nor a scheduler was given, or both
     */
    public QuestStreamingChatModel build() {
      return new QuestStreamingChatModel(chat());
    }
  }
}
