package io.github.quest4j.model.compute.cpu.matmul;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Some rows of the file's weights in an array, for loops that run before they are compiled: a value
 * read from a memory segment is twenty nested calls then, one from an array is none.
 *
 * <p>Offsets are in bytes, from the first row on.
 */
final class StoredRows {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private int[] words = new int[0];
  private int rowBytes;

  /** Loads rows {@code [fromRow, toRow)}, in place of those before. */
  void load(MatmulWeights w, int fromRow, int toRow) {
    rowBytes = Math.toIntExact(w.rowBytes());
    int bytes = Math.multiplyExact(toRow - fromRow, rowBytes);
    int whole = bytes / Integer.BYTES;
    if (words.length < whole + 3) { // a value's further words are read, needed or not
      words = new int[whole + 3];
    }
    long from = w.address() + fromRow * w.rowBytes();
    MemorySegment.copy(Lanes.MEMORY, INT, from, words, 0, whole);
    int rest = 0;
    for (int i = 0; i < bytes % Integer.BYTES; i++) {
      rest |= (Lanes.int8(from + 4L * whole + i) & 255) << 8 * i;
    }
    words[whole] = rest;
  }

  /** Where a row begins, the first one loaded being row 0. */
  int row(int row) {
    return row * rowBytes;
  }

  int int32(int at) {
    int i = at >> 2;
    if ((at & 3) == 0) {
      return words[i];
    }
    int shift = (at & 3) * 8;
    return words[i] >>> shift | words[i + 1] << -shift;
  }

  long int64(int at) {
    int i = at >> 2;
    long first = Integer.toUnsignedLong(words[i]) | (long) words[i + 1] << 32;
    if ((at & 3) == 0) {
      return first;
    }
    int shift = (at & 3) * 8;
    return first >>> shift | (long) words[i + 2] << -shift;
  }

  /**
   * @param at even
   */
  short int16(int at) {
    return (short) (words[at >> 2] >> (at & 3) * 8);
  }

  byte int8(int at) {
    return (byte) (words[at >> 2] >> (at & 3) * 8);
  }

  /** As {@link #int16}. */
  float half(int at) {
    return Float.float16ToFloat(int16(at));
  }
}
