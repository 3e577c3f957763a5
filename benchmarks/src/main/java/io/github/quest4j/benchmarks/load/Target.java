package io.github.quest4j.benchmarks.load;

import java.net.URI;
import java.util.Optional;

/**
 * A server and how to ask it.
 *
 * @param base its address up to and with {@code /v1}
 * @param endpoint which of its two ways to complete a prompt
 * @param model name sent with requests; where empty, the first that the server lists
 * @param apiKey sent as a bearer token
 */
public record Target(URI base, Endpoint endpoint, Optional<String> model, Optional<String> apiKey) {

  /** OpenAI's two ways to complete a prompt. */
  public enum Endpoint {
    /** {@code /v1/chat/completions}: the prompt is a user's message. */
    CHAT("chat/completions"),
    /** {@code /v1/completions}: the prompt is the text itself. */
    COMPLETIONS("completions");

    private final String path;

    Endpoint(String path) {
      this.path = path;
    }
  }

  /**
   * A server by its address, with or without {@code /v1} at the end.
   *
   * @throws IllegalArgumentException if it is no http(s) address
   */
  public static Target of(
      String address, Endpoint endpoint, Optional<String> model, Optional<String> apiKey) {
    String text = address.strip().replaceFirst("/+$", "");
    URI uri;
    try {
      uri = URI.create(text.endsWith("/v1") ? text : text + "/v1");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(notAnAddress(address), e);
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
      throw new IllegalArgumentException(notAnAddress(address));
    }
    return new Target(uri, endpoint, model, apiKey);
  }

  private static String notAnAddress(String address) {
    return "not the address of a server: '%s' (write http://HOST:PORT)".formatted(address);
  }

  URI completions() {
    return URI.create(base + "/" + endpoint.path);
  }

  URI models() {
    return URI.create(base + "/models");
  }

  /** The address without {@code /v1}, for a person. */
  public String name() {
    String text = base.toString();
    return text.substring(0, text.length() - "/v1".length());
  }

  /** The record without its key. */
  @Override
  public String toString() {
    return name() + " (" + endpoint.path + ")";
  }
}
