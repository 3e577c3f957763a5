package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;

/**
 * Tells a handler of an answer, on the thread that runs this. What a handler throws comes to its
 * own {@code onError}, and the answer goes on, as LangChain4j has it.
 */
final class HandledAnswer implements Runnable {

  private static final System.Logger LOG = System.getLogger("io.github.quest4j.langchain4j");

  private final Chat chat;
  private final ChatRequest request;
  private final StreamingChatResponseHandler handler;

  HandledAnswer(Chat chat, ChatRequest request, StreamingChatResponseHandler handler) {
    this.chat = chat;
    this.request = request;
    this.handler = handler;
  }

  @Override
  public void run() {
    try (Answer answer = chat.submit(request)) {
      Handle handle = new Handle(answer);
      boolean more = true;
      while (more) {
        for (Answer.Piece piece : answer.next()) {
          if (handle.isCancelled()) {
            return;
          }
          guarded(() -> tell(piece, handle));
          more = more && !(piece instanceof Answer.Piece.End);
        }
      }
    } catch (InterruptedException e) {
      failed(Errors.interrupted(e));
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void tell(Answer.Piece piece, Handle handle) {
    switch (piece) {
      case Answer.Piece.Text text ->
          handler.onPartialResponse(
              new PartialResponse(text.text()), new PartialResponseContext(handle));
      case Answer.Piece.Call call ->
          handler.onCompleteToolCall(new CompleteToolCall(call.index(), call.request()));
      case Answer.Piece.End end -> handler.onCompleteResponse(end.response());
    }
  }

  private void guarded(Runnable told) {
    try {
      told.run();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void failed(RuntimeException error) {
    try {
      handler.onError(error);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a handler's onError threw, which is ignored", e);
    }
  }

  /** Cancels an answer. */
  private static final class Handle implements StreamingHandle {

    private final Answer answer;
    private volatile boolean cancelled;

    Handle(Answer answer) {
      this.answer = answer;
    }

    @Override
    public void cancel() {
      cancelled = true;
      answer.cancel();
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }
}
