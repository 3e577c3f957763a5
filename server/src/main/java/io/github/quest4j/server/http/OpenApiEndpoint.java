package io.github.quest4j.server.http;

import io.github.quest4j.server.api.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** {@code /openapi.json}: the API's description. */
final class OpenApiEndpoint implements Endpoint {

  private static final String RESOURCE = "/io/github/quest4j/server/openapi.json";

  private final byte[] description;

  OpenApiEndpoint(String version) {
    try (InputStream in = OpenApiEndpoint.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + RESOURCE);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      description = text.replace("@version@", version).getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void answer(Exchange exchange) throws ApiException {
    exchange.send(200, "application/json", description);
  }
}
