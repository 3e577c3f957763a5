package io.github.quest4j.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {

  private static final String STREAM =
      """
      \uFEFFdata: {"a":"é"}

      : a comment
      data:two\r
      \r
      event: x
      id: 3
      data: three\r
      data\r
      data: lines\r



      retry: 5

      datum: no

      data: last\r\rdata: never ended
      """;
  private static final String[] EVENTS = {"{\"a\":\"é\"}", "two", "three\n\nlines", "last"};

  private static List<String> events(List<byte[]> pieces) {
    List<String> events = new ArrayList<>();
    SseParser parser =
        new SseParser(
            (bytes, length) -> events.add(new String(bytes, 0, length, StandardCharsets.UTF_8)));
    pieces.forEach(piece -> parser.feed(ByteBuffer.wrap(piece)));
    return events;
  }

  @Test
  void eventsAreTheSameWhereverTheBytesAreCut() {
    byte[] bytes = STREAM.getBytes(StandardCharsets.UTF_8);
    for (int size = 1; size <= bytes.length; size++) {
      List<byte[]> pieces = new ArrayList<>();
      for (int at = 0; at < bytes.length; at += size) {
        pieces.add(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
      }
      assertThat(events(pieces)).as("pieces of %d bytes", size).containsExactly(EVENTS);
    }
  }

  @Test
  void anEventThatDoesNotEndIsRefused() {
    SseParser parser = new SseParser((bytes, length) -> {});
    ByteBuffer piece = ByteBuffer.wrap(new byte[1 << 16]);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= SseParser.MAX_EVENT >> 16; i++) {
                parser.feed(piece.rewind());
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("an event is larger than 1048576 bytes");
  }
}
