package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * LangChain4j's chat model over an engine in the same process. Thread-safe: requests of several
 * threads run in one batch.
 *
 * <p>Requests fail with LangChain4j's exceptions: {@code UnsupportedFeatureException} for what the
 * model cannot do, {@code InvalidRequestException} for what cannot be served, {@code
 * RateLimitException} while as many requests wait as may.
 */
public final class QuestChatModel implements ChatModel, AutoCloseable {

  private final Chat chat;

  private QuestChatModel(Chat chat) {
    this.chat = chat;
  }

  /** Makes a model. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    try (Answer answer = chat.submit(request)) {
      return response(answer);
    } catch (InterruptedException e) {
      throw Errors.interrupted(e);
    }
  }

  /** Cancelling the future cancels the generation. */
  @Override
  public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
    CompletableFuture<ChatResponse> future = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("quest-chat")
        .start(() -> {
          try (Answer answer = chat.submit(request)) {
            var _ = future.whenComplete((response, error) -> answer.cancel());
            future.complete(response(answer));
          } catch (InterruptedException e) {
            future.completeExceptionally(Errors.interrupted(e));
          } catch (RuntimeException e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  private static ChatResponse response(Answer answer) throws InterruptedException {
    while (true) {
      for (Answer.Piece piece : answer.next()) {
        if (piece instanceof Answer.Piece.End(ChatResponse response)) {
          return response;
        }
      }
    }
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
    public QuestChatModel build() {
      return new QuestChatModel(chat());
    }
  }
}
