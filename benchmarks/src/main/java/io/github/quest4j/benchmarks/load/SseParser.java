package io.github.quest4j.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Server-sent events from bytes in pieces of any size. Of an event only its data counts; comments
 * and other fields are passed over.
 */
final class SseParser {

  /** Takes the data of one event. */
  @FunctionalInterface
  interface Sink {
    /** The data is {@code bytes[0..length)}, which is valid during this call only. */
    void data(byte[] bytes, int length);
  }

  /** No event of a token is larger by far. */
  static final int MAX_EVENT = 1 << 20;

  private static final byte[] DATA = {'d', 'a', 't', 'a'};

  private final Sink sink;
  private byte[] line = new byte[1_024];
  private int lineLength;
  private byte[] data = new byte[1_024];
  private int dataLength;
  private boolean hasData;
  private boolean afterReturn;
  private boolean firstLine = true;

  SseParser(Sink sink) {
    this.sink = sink;
  }

  /**
   * Takes the next bytes and gives the events that they complete to the sink.
   *
   * @throws IllegalStateException if an event is larger than {@link #MAX_EVENT} bytes
   */
  void feed(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      boolean pairOfReturn = afterReturn && b == '\n';
      afterReturn = b == '\r';
      if (pairOfReturn) {
        continue;
      }
      if (b == '\n' || b == '\r') {
        endLine();
      } else {
        line = roomFor(line, lineLength + 1);
        line[lineLength++] = b;
      }
    }
  }

  private void endLine() {
    int start = 0;
    if (firstLine && lineLength >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB) {
      start = 3; // a byte order mark
    }
    firstLine = false;
    if (lineLength == start) {
      if (hasData) {
        sink.data(data, dataLength);
      }
      dataLength = 0;
      hasData = false;
    } else if (isData(start)) {
      int from = start + DATA.length;
      from += from < lineLength ? 1 : 0; // the colon
      from += from < lineLength && line[from] == ' ' ? 1 : 0;
      append(from, lineLength - from);
    }
    lineLength = 0;
  }

  private boolean isData(int start) {
    int end = start + DATA.length;
    return lineLength >= end
        && Arrays.equals(line, start, end, DATA, 0, DATA.length)
        && (lineLength == end || line[end] == ':');
  }

  private void append(int from, int length) {
    data = roomFor(data, dataLength + length + 1);
    if (hasData) {
      data[dataLength++] = '\n';
    }
    System.arraycopy(line, from, data, dataLength, length);
    dataLength += length;
    hasData = true;
  }

  private static byte[] roomFor(byte[] bytes, int length) {
    if (length > MAX_EVENT) {
      throw new IllegalStateException("an event is larger than " + MAX_EVENT + " bytes");
    }
    return length <= bytes.length
        ? bytes
        : Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
  }
}
