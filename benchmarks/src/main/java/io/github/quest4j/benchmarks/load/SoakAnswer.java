package io.github.quest4j.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server answered, whole or in a stream.
 *
 * @param status of HTTP
 * @param whole whether it came to its end
 * @param texts of its choices, with their finish reasons
 * @param error that it told, or empty
 */
record SoakAnswer(int status, boolean whole, Map<Integer, String> texts, String error) {

  /** Takes the pace of a reader. */
  interface Pace {
    void read(int bytes) throws InterruptedException;
  }

  static SoakAnswer read(HttpCall call, boolean stream, int piece, Pace pace)
      throws IOException, InterruptedException {
    Reading reading = new Reading();
    byte[] bytes = new byte[piece];
    boolean events = stream && call.status() == 200;
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    SseParser parser = new SseParser(reading::event);
    for (int n = call.read(bytes); n >= 0; n = call.read(bytes)) {
      if (events) {
        parser.feed(ByteBuffer.wrap(bytes, 0, n));
      } else {
        body.write(bytes, 0, n);
      }
      pace.read(n);
    }
    if (!events) {
      reading.json(body.toString(StandardCharsets.UTF_8));
      reading.whole = true;
    }
    return new SoakAnswer(call.status(), reading.whole, reading.texts, reading.error);
  }

  /** Collects texts from chunks. */
  private static final class Reading {
    private final Map<Integer, String> texts = new TreeMap<>();
    private boolean whole;
    private String error = "";

    void event(byte[] bytes, int length) {
      String data = new String(bytes, 0, length, StandardCharsets.UTF_8);
      if (data.equals("[DONE]")) {
        whole = true;
      } else {
        json(data);
      }
    }

    void json(String text) {
      JsonNode json;
      try {
        json = JsonMapper.shared().readTree(text);
      } catch (JacksonException e) {
        error = "no JSON: " + text.substring(0, Math.min(text.length(), 80));
        return;
      }
      if (json.path("error").isObject()) {
        error = json.at("/error/code").asString("") + " " + json.at("/error/message").asString("");
      }
      for (JsonNode choice : json.path("choices")) {
        String piece =
            choice.path("text").asString("")
                + choice.at("/delta/content").asString("")
                + choice.at("/message/content").asString("");
        String reason = choice.path("finish_reason").asString("");
        texts.merge(
            choice.path("index").asInt(0),
            piece + (reason.isEmpty() ? "" : "\u0000" + reason),
            String::concat);
      }
    }
  }
}
