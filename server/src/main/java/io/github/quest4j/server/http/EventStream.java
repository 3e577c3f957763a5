package io.github.quest4j.server.http;

import io.github.quest4j.server.api.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Server-sent events. Each is written whole, and at once. */
final class EventStream {

  private final OutputStream out;
  private final Exchange exchange;

  EventStream(OutputStream out, Exchange exchange) {
    this.out = out;
    this.exchange = exchange;
  }

  /** An event. */
  void data(JsonNode json) {
    write("data: " + Json.write(json) + "\n\n");
  }

  /** A comment, which clients pass over. */
  void comment(String text) {
    write(": " + text + "\n\n");
  }

  /** The end. */
  void done() {
    write("data: [DONE]\n\n");
    close();
  }

  /** Ends without the mark of a good end. */
  void close() {
    exchange.write(out::close);
  }

  private void write(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.write(() -> send(bytes));
  }

  private void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }
}
