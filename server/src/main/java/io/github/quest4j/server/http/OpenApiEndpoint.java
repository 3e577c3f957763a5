package io.github.quest4j.server.http;

import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.model.ModelHolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * {@code /openapi.json}: the API's description, with this server's limits and, once the model is
 * loaded, its vocabulary and page size.
 */
final class OpenApiEndpoint implements Endpoint {

  private static final String RESOURCE = "/io/github/quest4j/server/openapi.json";

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
    int lastToken =
        models
            .model()
            .map(model -> model.engine().tokenizer().size() - 1)
            .orElse(Integer.MAX_VALUE);
    int pageSize =
        models
            .model()
            .map(model -> model.engine().options().pageSize())
            .orElse(EngineOptions.defaults().pageSize());
    String told = number(description, "last_token", lastToken);
    exchange.send(
        200,
        "application/json",
        number(told, "two_pages", 2 * pageSize).getBytes(StandardCharsets.UTF_8));
  }
}
