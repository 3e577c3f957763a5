package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.load.Unreached;
import io.github.quest4j.engine.sample.SamplingOptions;
import io.github.quest4j.model.chat.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** A server with OpenAI's API, this one or another's. */
final class RemotePartner implements ChatPartner {

  private static final int MAX_ERROR = 1 << 16;
  private static final Path NAME = Path.of("the server's answer");

  private final URI address;
  private final Optional<String> key;
  private final SamplingOptions sampling;
  private final int maxTokens;
  private final Map<String, Object> quest;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /**
   * A server.
   *
   * @param server for example {@code http://127.0.0.1:8080}
   * @param quest the request's field of that name; empty to leave it out
   */
  RemotePartner(
      String server,
      Optional<String> key,
      SamplingOptions sampling,
      int maxTokens,
      Map<String, Object> quest) {
    if (!server.matches("https?://[^/?#\\s]+(/[^?#\\s]*)?")) {
      throw new UsageException("--server is no address like http://127.0.0.1:8080: " + server);
    }
    String base = server.replaceAll("/+$", "");
    this.address = URI.create(base + (base.endsWith("/v1") ? "" : "/v1") + "/chat/completions");
    this.key = key;
    this.sampling = sampling;
    this.maxTokens = maxTokens;
    this.quest = quest;
  }

  @Override
  public Reply answer(List<Message> messages, Consumer<String> pieces)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.line(body(messages))));
    key.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    HttpResponse<InputStream> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new RefusedException(
          Unreached.sentence(
              address.getScheme() + "://" + address.getAuthority(),
              "is one running there, and is the address right?",
              e));
    }
    try (InputStream in = response.body()) {
      if (response.statusCode() != 200) {
        throw new RefusedException(error(response.statusCode(), in));
      }
      return read(in, pieces);
    }
  }

  private Map<String, Object> body(List<Message> messages) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(
        "messages",
        messages.stream()
            .map(message -> Map.of("role", message.role(), "content", message.content()))
            .toList());
    body.put("max_tokens", maxTokens);
    body.put("temperature", sampling.temperature());
    body.put("top_p", sampling.topP());
    body.put("seed", sampling.seed());
    if (sampling.topK() > 0) {
      body.put("top_k", sampling.topK());
    }
    if (sampling.minP() > 0) {
      body.put("min_p", sampling.minP());
    }
    if (sampling.repetitionPenalty() != 1) {
      body.put("repetition_penalty", sampling.repetitionPenalty());
    }
    body.put("stream", true);
    body.put("stream_options", Map.of("include_usage", true));
    if (!quest.isEmpty()) {
      body.put("quest", quest);
    }
    return body;
  }

  private static Reply read(InputStream in, Consumer<String> pieces) throws IOException {
    StringBuilder text = new StringBuilder();
    String note = "";
    boolean done = false;
    try (Interrupt interrupt = Interrupt.on(() -> close(in))) {
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      try {
        for (String line = lines.readLine(); line != null && !done; line = lines.readLine()) {
          if (line.startsWith("data:")) {
            String data = line.substring(5).strip();
            done = data.equals("[DONE]");
            if (!done) {
              note = chunk(data, text, pieces).orElse(note);
            }
          }
        }
      } catch (IOException e) {
        if (!interrupt.came()) {
          throw new RefusedException("the connection to the server broke off");
        }
      }
      if (!done && !interrupt.came()) {
        throw new RefusedException("the server ended the answer before its end");
      }
      return new Reply(text.toString(), interrupt.came(), note);
    }
  }

  private static Optional<String> chunk(String data, StringBuilder text, Consumer<String> pieces) {
    JsonNode chunk = Json.parse(NAME, data);
    if (chunk.has("error")) {
      throw new RefusedException(chunk.at("/error/message").asString());
    }
    JsonNode content = chunk.at("/choices/0/delta/content");
    if (content.isString()) {
      text.append(content.stringValue());
      pieces.accept(content.stringValue());
    }
    JsonNode usage = chunk.at("/usage");
    return usage.isObject()
        ? Optional.of(
            "prompt "
                + usage.at("/prompt_tokens").asInt(0)
                + " tokens, "
                + usage.at("/prompt_tokens_details/cached_tokens").asInt(0)
                + " of them cached; answer "
                + usage.at("/completion_tokens").asInt(0)
                + " tokens")
        : Optional.empty();
  }

  private static String error(int status, InputStream in) throws IOException {
    String body = new String(in.readNBytes(MAX_ERROR), StandardCharsets.UTF_8);
    try {
      JsonNode message = Json.parse(NAME, body).at("/error/message");
      if (message.isString()) {
        return message.stringValue();
      }
    } catch (IllegalArgumentException e) {
      // no JSON: the status must do
    }
    return "the server answered with status " + status;
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // it ends, which is what was asked for
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
