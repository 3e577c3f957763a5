package io.github.quest4j.server.http;

import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.FinishReason;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.schedule.DrainingException;
import io.github.quest4j.engine.schedule.QueueFullException;
import io.github.quest4j.engine.schedule.Ticket;
import io.github.quest4j.model.chat.ChatTemplateException;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.metrics.ServerMetrics;
import io.github.quest4j.server.model.ModelHolder;
import io.github.quest4j.server.model.ServedModel;
import io.github.quest4j.server.openai.Answer;
import io.github.quest4j.server.openai.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Generates: {@code /v1/chat/completions} and {@code /v1/completions}. */
final class GenerateEndpoint implements Endpoint {

  /** Reads a request. */
  interface Reader {
    Ask read(JsonNode body, ServedModel model, ServerOptions options);
  }

  /** Begins its answer. */
  interface Beginning {
    Answer begin(String id, ServedModel model, Ask ask);
  }

  private static final System.Logger LOG = System.getLogger("io.github.quest4j.server");
  private static final Duration PATIENCE = Duration.ofMillis(200); // until the client is looked for
  private static final int RETRY_BUSY = 5; // seconds

  private final ModelHolder models;
  private final ServerOptions options;
  private final ServerMetrics metrics;
  private final PromptLog log;
  private final Reader reader;
  private final Beginning beginning;

  GenerateEndpoint(
      ModelHolder models,
      ServerOptions options,
      ServerMetrics metrics,
      PromptLog log,
      Reader reader,
      Beginning beginning) {
    this.models = models;
    this.options = options;
    this.metrics = metrics;
    this.log = log;
    this.reader = reader;
    this.beginning = beginning;
  }

  @Override
  public void answer(Exchange exchange) throws InterruptedException {
    ServedModel model = models.use();
    try {
      JsonNode body = exchange.json();
      Ask ask = reader.read(body, model, options);
      log.request(exchange.id, body);
      Answer answer = beginning.begin(exchange.id, model, ask);
      List<Ticket> tickets = submit(model, ask);
      answer.prompts(tickets.stream().map(Ticket::promptText).flatMap(Optional::stream).toList());
      try {
        if (ask.stream()) {
          stream(exchange, ask, answer, tickets);
        } else {
          run(exchange, ask, answer, tickets, AnswerEvents.NONE);
          finished(exchange, ask, answer);
          exchange.send(200, answer.whole());
        }
      } finally {
        tickets.forEach(Ticket::close);
      }
    } finally {
      models.done();
    }
  }

  private List<Ticket> submit(ServedModel model, Ask ask) {
    List<Ticket> tickets = new ArrayList<>();
    boolean taken = false;
    try {
      for (GenerateRequest request : ask.prompts()) {
        tickets.add(model.scheduler().submit(request, ask.samples(), ask.trace().tracing()));
      }
      taken = true;
      return tickets;
    } catch (QueueFullException e) {
      throw ApiException.busy(RETRY_BUSY, String.valueOf(e.getMessage()));
    } catch (DrainingException e) {
      throw ApiException.unavailable(
          RETRY_BUSY, "draining", "the server ends and takes no more requests");
    } catch (ChatTemplateException | EngineException | IllegalArgumentException e) {
      throw ApiException.field(ask.promptField(), ask.promptField() + ": " + e.getMessage());
    } finally {
      if (!taken) {
        tickets.forEach(Ticket::close);
      }
    }
  }

  private void stream(Exchange exchange, Ask ask, Answer answer, List<Ticket> tickets)
      throws InterruptedException {
    StreamedEvents events = new StreamedEvents(exchange, answer);
    try {
      run(exchange, ask, answer, tickets, events);
    } catch (ApiException e) {
      if (!events.begun()) {
        throw e;
      }
      events.fail(e);
      exchange.status = e.status(); // for the log: the client got 200 long ago
      return;
    }
    finished(exchange, ask, answer);
    events.end(ask.includeUsage());
  }

  /** Takes events until all texts have ended. */
  private void run(
      Exchange exchange, Ask ask, Answer answer, List<Ticket> tickets, AnswerEvents events)
      throws InterruptedException {
    long deadline = exchange.began + options.limits().requestTime().toNanos();
    long looked = System.nanoTime();
    long last = 0;
    for (int i = 0; i < tickets.size(); i++) {
      Ticket ticket = tickets.get(i);
      while (!ticket.ended()) {
        Optional<Ticket.Event> event = ticket.next(PATIENCE);
        long now = System.nanoTime();
        if (now - looked >= PATIENCE.toNanos()) {
          exchange.requireClient();
          looked = now;
        }
        if (now - deadline > 0) {
          throw ApiException.late(options.limits().requestTime());
        }
        switch (event.orElse(null)) {
          case Ticket.Event.Progress progress -> events.progress(progress);
          case Ticket.Event.Token token -> {
            if (exchange.firstToken == 0) {
              exchange.firstToken = now;
              metrics.firstToken(now - exchange.began);
            } else if (last != 0) {
              metrics.token(now - last);
            }
            last = now;
            events.chunks(answer.accept(i * ask.samples() + token.choice(), token));
          }
          case Ticket.Event.Finished finished -> {
            if (finished.result().finishReason() == FinishReason.CANCELLED) {
              throw ApiException.unavailable(
                  RETRY_BUSY, "cancelled", "the server ended the request");
            }
            events.chunks(answer.finish(i * ask.samples() + finished.choice(), finished));
          }
          case Ticket.Event.Failed failed -> throw failure(failed.cause());
          case null -> events.still();
        }
      }
    }
  }

  private static ApiException failure(RuntimeException cause) {
    return switch (cause) {
      case DrainingException draining ->
          ApiException.unavailable(RETRY_BUSY, "draining", "the server ends");
      case EngineException engine when engine.getCause() == null ->
          ApiException.unavailable(
              RETRY_BUSY, "out_of_memory", String.valueOf(engine.getMessage()));
      default -> {
        LOG.log(System.Logger.Level.ERROR, "a request failed", cause);
        yield ApiException.internal();
      }
    };
  }

  private void finished(Exchange exchange, Ask ask, Answer answer) {
    exchange.promptTokens = answer.promptTokens();
    exchange.cachedTokens = answer.cachedTokens();
    exchange.generatedTokens = answer.generatedTokens();
    metrics.tokens(exchange.promptTokens, exchange.cachedTokens, exchange.generatedTokens);
    for (int choice = 0; choice < ask.choices(); choice++) {
      log.answer(exchange.id, choice, answer.text(choice));
    }
  }
}
