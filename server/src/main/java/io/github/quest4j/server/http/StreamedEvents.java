package io.github.quest4j.server.http;

import io.github.quest4j.engine.schedule.Ticket;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.openai.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer as server-sent events; while there is none, comments say how far the prompt is read.
 */
final class StreamedEvents implements AnswerEvents {

  private static final long COMMENT = Duration.ofSeconds(1).toNanos();

  private final Exchange exchange;
  private final Answer answer;
  private Optional<EventStream> stream = Optional.empty();
  private String progress = "waiting";
  private long written = System.nanoTime();

  StreamedEvents(Exchange exchange, Answer answer) {
    this.exchange = exchange;
    this.answer = answer;
  }

  /** Whether anything was sent. */
  boolean begun() {
    return stream.isPresent();
  }

  @Override
  public void progress(Ticket.Event.Progress event) {
    progress = "prompt " + event.done() + "/" + event.total();
    still();
  }

  @Override
  public void chunks(List<ObjectNode> chunks) {
    for (ObjectNode chunk : chunks) {
      stream().data(chunk);
    }
    if (!chunks.isEmpty()) {
      written = System.nanoTime();
      progress = "waiting"; // a set back sequence, say
    }
  }

  @Override
  public void still() {
    if (System.nanoTime() - written >= COMMENT) {
      stream().comment(progress);
      written = System.nanoTime();
    }
  }

  /** All has been told. */
  void end(boolean usage) {
    if (usage) {
      stream().data(answer.usageChunk());
    }
    stream().done();
  }

  /** Something went wrong on the way. */
  void fail(ApiException error) {
    stream().data(Exchange.body(error));
    stream().close();
  }

  private EventStream stream() {
    if (stream.isEmpty()) {
      stream = Optional.of(exchange.events());
    }
    return stream.get();
  }
}
