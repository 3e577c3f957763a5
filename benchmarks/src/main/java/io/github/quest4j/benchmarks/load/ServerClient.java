package io.github.quest4j.benchmarks.load;

import io.github.quest4j.benchmarks.BenchmarkException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks one server; any number of threads may do so at a time, each waiting for its answer. */
final class ServerClient {

  private static final int MAX_BODY = 1 << 20; // bytes of an answer that is no stream
  private static final int MODELS_MILLIS = 20_000;
  private static final byte[] NOTHING = new byte[0];

  private final Target target;
  private final boolean ignoreEos;
  private final int silenceMillis;
  private final Set<HttpCall> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;
  private String model;

  /**
   * Prepares to ask.
   *
   * @param ignoreEos whether answers are to go on behind their end
   * @param silence seconds after which an answer that goes on no more is given up
   */
  ServerClient(Target target, boolean ignoreEos, double silence) {
    this.target = target;
    this.ignoreEos = ignoreEos;
    this.silenceMillis = (int) Math.round(1_000 * silence);
    this.model = target.model().orElse("default");
  }

  /** The name sent with requests. */
  String model() {
    return model;
  }

  /**
   * Asks the server for its models, unless one is given, and takes the first.
   *
   * @throws BenchmarkException if the server cannot be reached
   */
  void findModel() {
    if (target.model().isPresent()) {
      return;
    }
    try (HttpCall call = HttpCall.open(target.models(), MODELS_MILLIS)) {
      call.exchange("GET", target.models(), fields("application/json"), NOTHING);
      if (call.status() == 401 || call.status() == 403) {
        throw new BenchmarkException(
            "%s wants an API key (HTTP %d): give it with --api-key-file"
                .formatted(target.name(), call.status()));
      }
      JsonNode models = JsonMapper.shared().readTree(text(call)).path("data");
      model = models.path(0).path("id").asString(model);
    } catch (JacksonException e) {
      // A server without a list of models: it will say whether it knows the default.
    } catch (IOException e) {
      throw new BenchmarkException(
          Unreached.sentence(target.name(), "start it, or give another address", e), e);
    }
  }

  /**
   * Sends a request and reads its answer as it comes.
   *
   * @param stream which of the closed loop's streams sends it; -1 for none
   * @param intended when it should be sent, in nanoseconds of {@link System#nanoTime()}
   * @return what became of it, failures included
   */
  Outcome ask(LoadRequest request, int stream, long intended) {
    byte[] body = body(request);
    Map<String, String> fields = fields("text/event-stream");
    fields.put("Content-Type", "application/json");
    AnswerReader answer = new AnswerReader();
    long sent = System.nanoTime();
    return answer.outcome(request, stream, intended, sent, read(fields, body, answer));
  }

  /** Reads an answer; the failure counts only if the answer is not whole. */
  private Failure read(Map<String, String> fields, byte[] body, AnswerReader answer) {
    try (HttpCall call = HttpCall.open(target.completions(), silenceMillis)) {
      underWay.add(call);
      try {
        if (stopped) {
          return Failure.of(Failure.Kind.STOPPED, "the load was stopped");
        }
        call.exchange("POST", target.completions(), fields, body);
        if (call.status() != 200) {
          return Failure.status(call.status(), summary(text(call)), retryAfter(call));
        }
        byte[] piece = new byte[1 << 14];
        for (int bytes = call.read(piece); bytes >= 0; bytes = call.read(piece)) {
          if (!answer.feed(ByteBuffer.wrap(piece, 0, bytes), System.nanoTime())) {
            break;
          }
        }
        return Failure.of(
            Failure.Kind.MALFORMED, "the stream ended without a finish reason or [DONE]");
      } finally {
        underWay.remove(call);
      }
    } catch (IOException e) {
      return stopped ? Failure.of(Failure.Kind.STOPPED, "the load was stopped") : failure(e);
    }
  }

  private Failure failure(IOException e) {
    return switch (e) {
      case ConnectException _, UnknownHostException _ ->
          Failure.of(Failure.Kind.NO_CONNECTION, "the server cannot be reached");
      case SocketTimeoutException _ ->
          Failure.of(Failure.Kind.SILENT, "nothing came for " + silenceMillis / 1e3 + " s");
      default -> Failure.of(Failure.Kind.CUT, String.valueOf(e.getMessage()));
    };
  }

  private Map<String, String> fields(String accept) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("User-Agent", "quest4j");
    fields.put("Accept", accept);
    target.apiKey().ifPresent(key -> fields.put("Authorization", "Bearer " + key));
    return fields;
  }

  private byte[] body(LoadRequest request) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    if (target.endpoint() == Target.Endpoint.CHAT) {
      body.put("messages", List.of(Map.of("role", "user", "content", request.prompt())));
    } else {
      body.put("prompt", request.prompt());
    }
    body.put("max_tokens", request.maxTokens());
    body.put("temperature", 0);
    body.put("stream", true);
    body.put("stream_options", Map.of("include_usage", true));
    if (ignoreEos) {
      body.put("ignore_eos", true);
    }
    return JsonMapper.shared().writeValueAsBytes(body);
  }

  private static String text(HttpCall call) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] piece = new byte[1 << 12];
    for (int n = call.read(piece); n >= 0 && text.size() < MAX_BODY; n = call.read(piece)) {
      text.write(piece, 0, n);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private static String summary(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }

  private static OptionalDouble retryAfter(HttpCall call) {
    String seconds = call.header("retry-after");
    return seconds.matches("\\d{1,6}")
        ? OptionalDouble.of(Integer.parseInt(seconds))
        : OptionalDouble.empty();
  }

  /** Ends all that is under way, with what came so far, and whatever is asked later. */
  void stop() {
    stopped = true;
    underWay.forEach(HttpCall::close);
  }
}
