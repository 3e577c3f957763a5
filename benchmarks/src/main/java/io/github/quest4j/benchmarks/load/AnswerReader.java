package io.github.quest4j.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a streamed answer, of which the text is of no interest, but when it came. */
final class AnswerReader {

  private static final String DONE = "[DONE]";

  private final SseParser parser = new SseParser(this::data);
  private long now;
  private long[] arrivals = new long[64];
  private int events;
  private boolean whole;
  private long ended;
  private int promptTokens = -1;
  private int outputTokens = -1;
  private int cachedTokens = -1;
  private @Nullable Failure failure;

  /**
   * Takes the next bytes.
   *
   * @param moment when they came
   * @return whether more is of use: false after a failure
   */
  boolean feed(ByteBuffer bytes, long moment) {
    now = moment;
    try {
      parser.feed(bytes);
    } catch (JacksonException e) {
      failure = Failure.of(Failure.Kind.MALFORMED, "an event is not JSON");
    } catch (IllegalStateException e) {
      failure = Failure.of(Failure.Kind.MALFORMED, String.valueOf(e.getMessage()));
    }
    return failure == null;
  }

  private void data(byte[] bytes, int length) {
    if (failure != null) {
      return;
    }
    if (length == DONE.length()
        && DONE.equals(new String(bytes, 0, length, StandardCharsets.US_ASCII))) {
      end();
      return;
    }
    JsonNode event = JsonMapper.shared().readTree(bytes, 0, length);
    JsonNode error = event.path("error");
    if (!error.isMissingNode() && !error.isNull()) {
      String message = error.path("message").asString(error.toString());
      failure = Failure.of(Failure.Kind.SERVER_ERROR, message);
      return;
    }
    JsonNode choice = event.path("choices").path(0);
    if (hasText(choice)) {
      arrived();
    }
    if (choice.path("finish_reason").isString()) {
      end();
    }
    JsonNode usage = event.path("usage");
    promptTokens = usage.path("prompt_tokens").asInt(promptTokens);
    outputTokens = usage.path("completion_tokens").asInt(outputTokens);
    int told = event.path("timings").path("cache_n").asInt(cachedTokens);
    cachedTokens = usage.path("prompt_tokens_details").path("cached_tokens").asInt(told);
  }

  private static boolean hasText(JsonNode choice) {
    JsonNode delta = choice.path("delta");
    return !choice.path("text").asString("").isEmpty()
        || !delta.path("content").asString("").isEmpty()
        || !delta.path("reasoning_content").asString("").isEmpty()
        || !delta.path("tool_calls").isEmpty();
  }

  private void arrived() {
    if (events == arrivals.length) {
      arrivals = Arrays.copyOf(arrivals, 2 * events);
    }
    arrivals[events++] = now;
  }

  /** Usage may follow the finish reason, and [DONE] both; the answer ends with the last of them. */
  private void end() {
    whole = true;
    ended = now;
  }

  /**
   * What came.
   *
   * @param stream which of the closed loop's streams asked
   * @param otherwise why the answer is not whole, where it is not and does not tell itself
   */
  Outcome outcome(LoadRequest request, int stream, long intended, long sent, Failure otherwise) {
    boolean finished = whole && failure == null;
    Failure why = failure == null ? otherwise : failure;
    return new Outcome(
        request.role(),
        stream,
        intended,
        sent,
        Arrays.copyOf(arrivals, events),
        finished ? ended : System.nanoTime(),
        request.maxTokens(),
        told(promptTokens),
        outputTokens >= 0 ? outputTokens : events,
        outputTokens >= 0,
        told(cachedTokens),
        finished ? Optional.empty() : Optional.of(why));
  }

  private static OptionalInt told(int tokens) {
    return tokens >= 0 ? OptionalInt.of(tokens) : OptionalInt.empty();
  }
}
