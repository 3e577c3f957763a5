package io.github.quest4j.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hears an answer to its end, and cancels it where it was told to. */
final class Streamed implements StreamingChatResponseHandler {

  final StringBuilder text = new StringBuilder();
  final List<ToolExecutionRequest> calls = new ArrayList<>();
  final CompletableFuture<ChatResponse> response = new CompletableFuture<>();
  final CompletableFuture<Integer> cancelled = new CompletableFuture<>(); // after how many partials
  private final int cancelAfter; // partial responses
  private int partials;

  private Streamed(int cancelAfter) {
    this.cancelAfter = cancelAfter;
  }

  static Streamed of(StreamingChatModel model, ChatRequest request) {
    return of(model, request, Integer.MAX_VALUE);
  }

  static Streamed of(StreamingChatModel model, ChatRequest request, int cancelAfter) {
    Streamed streamed = new Streamed(cancelAfter);
    model.chat(request, streamed);
    return streamed;
  }

  @Override
  public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
    text.append(partial.text());
    partials++;
    if (partials >= cancelAfter) {
      context.streamingHandle().cancel();
      cancelled.complete(partials);
    }
  }

  @Override
  public void onCompleteToolCall(CompleteToolCall call) {
    calls.add(call.toolExecutionRequest());
  }

  @Override
  public void onCompleteResponse(ChatResponse complete) {
    response.complete(complete);
  }

  @Override
  public void onError(Throwable error) {
    response.completeExceptionally(error);
  }
}
