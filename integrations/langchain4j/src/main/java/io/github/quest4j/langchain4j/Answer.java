package io.github.quest4j.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.schedule.Ticket;
import io.github.quest4j.engine.tool.ToolCallScanner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An answer on its way. Read by one thread; {@link #cancel} may be called from any. Closing it
 * cancels what has not ended.
 */
final class Answer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1); // then it is asked again

  /** What an answer consists of. */
  sealed interface Piece {
    /** Text; never empty. */
    record Text(String text) implements Piece {}

    /** A call of a tool, the {@code index}th of the answer. */
    record Call(int index, ToolExecutionRequest request) implements Piece {}

    /** The end: the whole answer. */
    record End(ChatResponse response) implements Piece {}
  }

  private final Ticket ticket;
  private final String model;
  private final Optional<ToolCallScanner> scanner;
  private final StringBuilder text = new StringBuilder();
  private final List<ToolExecutionRequest> calls = new ArrayList<>();

  /**
   * The answer to a request that a scheduler has taken.
   *
   * @param model its name
   * @param tools that may be called
   */
  Answer(Ticket ticket, String model, Set<String> tools) {
    this.ticket = ticket;
    this.model = model;
    this.scanner = tools.isEmpty() ? Optional.empty() : Optional.of(new ToolCallScanner(tools));
  }

  /** Ends the generation; no more pieces come. */
  void cancel() {
    ticket.cancel();
  }

  /**
   * What has become certain with the next event, which it waits for; nothing may have.
   *
   * @throws RuntimeException of LangChain4j if the request has failed
   */
  List<Piece> next() throws InterruptedException {
    Optional<Ticket.Event> event = ticket.next(PATIENCE);
    return switch (event.orElse(null)) {
      case Ticket.Event.Token token -> pieces(token.text());
      case Ticket.Event.Finished finished -> end(finished.result());
      case Ticket.Event.Failed failed -> throw Errors.failed(failed.cause());
      case Ticket.Event.Progress progress -> List.of();
      case null -> List.of();
    };
  }

  private List<Piece> pieces(String more) {
    if (scanner.isPresent()) {
      return pieces(scanner.get().accept(more));
    }
    text.append(more);
    return more.isEmpty() ? List.of() : List.of(new Piece.Text(more));
  }

  private List<Piece> pieces(List<ToolCallScanner.Part> parts) {
    List<Piece> pieces = new ArrayList<>();
    for (ToolCallScanner.Part part : parts) {
      switch (part) {
        case ToolCallScanner.Part.Text said -> {
          text.append(said.text());
          pieces.add(new Piece.Text(said.text()));
        }
        case ToolCallScanner.Part.Call call -> {
          ToolExecutionRequest request =
              ToolExecutionRequest.builder()
                  .id("call_" + UUID.randomUUID())
                  .name(call.name())
                  .arguments(call.arguments())
                  .build();
          pieces.add(new Piece.Call(calls.size(), request));
          calls.add(request);
        }
      }
    }
    return pieces;
  }

  private List<Piece> end(GenerationResult result) {
    List<Piece> pieces = new ArrayList<>();
    scanner.ifPresent(s -> pieces.addAll(pieces(s.finish())));
    pieces.add(new Piece.End(response(result)));
    return pieces;
  }

  private ChatResponse response(GenerationResult result) {
    AiMessage.Builder message = AiMessage.builder().toolExecutionRequests(calls);
    if (!text.isEmpty() || calls.isEmpty()) {
      message.text(text.toString());
    }
    return ChatResponse.builder()
        .aiMessage(message.build())
        .metadata(
            QuestChatResponseMetadata.builder(result)
                .id(UUID.randomUUID().toString())
                .modelName(model)
                .tokenUsage(new TokenUsage(result.promptTokens(), result.tokens().size()))
                .finishReason(reason(result))
                .build())
        .build();
  }

  private FinishReason reason(GenerationResult result) {
    return switch (result.finishReason()) {
      case STOP -> calls.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_EXECUTION;
      case LENGTH -> FinishReason.LENGTH;
      case CANCELLED -> FinishReason.OTHER;
    };
  }

  @Override
  public void close() {
    ticket.close();
  }
}
