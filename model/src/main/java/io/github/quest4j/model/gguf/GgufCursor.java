package io.github.quest4j.model.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a mapped file from front to back and checks every length against what is left. */
final class GgufCursor {
  private final Path path;
  private final MemorySegment segment;
  private long position;

  GgufCursor(Path path, MemorySegment segment) {
    this.path = path;
    this.segment = segment;
  }

  long position() {
    return position;
  }

  long remaining() {
    return segment.byteSize() - position;
  }

  int readInt(String what) {
    return LittleEndian.intAt(segment, take(Integer.BYTES, what));
  }

  long readLong(String what) {
    return LittleEndian.longAt(segment, take(Long.BYTES, what));
  }

  /** A number of things of which each takes at least so many bytes, so that it can be trusted. */
  int readCount(int limit, int bytesEach, String what) {
    long count = readLong("number of " + what);
    if (count < 0 || count > limit) {
      throw error(
          "number of %s is %s, above the limit of %d"
              .formatted(what, Long.toUnsignedString(count), limit));
    }
    if (count * bytesEach > remaining()) {
      throw error(
          "is truncated: %d %s do not fit in the %d bytes that follow"
              .formatted(count, what, remaining()));
    }
    return (int) count;
  }

  String readString(int limit, String what) {
    long length = readLength(limit, what);
    byte[] bytes = new byte[(int) length];
    long start = take(length, what);
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, start, bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Passes a string by and returns where its bytes start. */
  long skipString(int limit, String what) {
    return take(readLength(limit, what), what);
  }

  private long readLength(int limit, String what) {
    long length = readLong(what);
    if (length < 0 || length > limit) {
      throw error(
          "length of %s is %s bytes, above the limit of %d"
              .formatted(what, Long.toUnsignedString(length), limit));
    }
    return length;
  }

  /** Passes so many bytes by and returns where they start. */
  long take(long bytes, String what) {
    if (bytes > remaining()) {
      throw error(
          "is truncated: %s needs %d bytes at offset %d, but the file ends at %d"
              .formatted(what, bytes, position, segment.byteSize()));
    }
    long start = position;
    position += bytes;
    return start;
  }

  GgufException error(String message) {
    return new GgufException(path + ": " + message);
  }
}
