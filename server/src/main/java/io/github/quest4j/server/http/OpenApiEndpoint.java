package io.github.quest4j.server.http;

import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.schedule.SchedulerOptions;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.model.ModelHolder;
import io.github.quest4j.server.model.ServedModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code /openapi.json}: the API's description, with this server's limits and, once the model is
 * loaded, its vocabulary, page size and batch.
 */
final class OpenApiEndpoint implements Endpoint {

  private static final String RESOURCE = "/io/github/quest4j/server/openapi.json";

  // The server bounds prompts times texts, which a schema cannot say: it says less.
  private static final int MANY_PROMPTS = 4;

  private final String description;
  private final ModelHolder models;

  OpenApiEndpoint(ModelHolder models, String version, Limits limits) {
    this.models = models;
    try (InputStream in = OpenApiEndpoint.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + RESOURCE);
      }
      int outputTokens = limits.outputTokens() == 0 ? Integer.MAX_VALUE : limits.outputTokens();
      description =
          number(
              new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("@version@", version),
              "output_tokens",
              outputTokens);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A text in which a number stands as a string, so that it is JSON before, too. */
  private static String number(String text, String name, int value) {
    return text.replace("\"@" + name + "@\"", String.valueOf(value));
  }

  @Override
  public void answer(Exchange exchange) {
    Optional<ServedModel> model = models.model();
    int lastToken = model.map(m -> m.engine().tokenizer().size() - 1).orElse(Integer.MAX_VALUE);
    int pageSize = model.map(m -> m.engine().options()).orElse(EngineOptions.defaults()).pageSize();
    int running =
        model.map(m -> m.scheduler().options()).orElse(SchedulerOptions.defaults()).running();
    int prompts = Math.min(MANY_PROMPTS, running);
    String told = number(description, "last_token", lastToken);
    told = number(told, "two_pages", 2 * pageSize);
    told = number(told, "texts", running);
    told = number(told, "prompts", prompts);
    told = number(told, "texts_each", running / prompts);
    exchange.send(200, "application/json", told.getBytes(StandardCharsets.UTF_8));
  }
}
