package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over tables of bytes, looked up for all pages of a block at once.
 *
 * <p>A vector of sign bytes holds several rows of eight channels; the tables of these rows fit one
 * table vector, and a nibble and its row make the index. The bytes found are summed in 16-bit
 * lanes, both bytes of a lane belonging to one page: with {@code A} the sum of whole lanes modulo
 * 2^16 and {@code B} that of their upper bytes, the lower bytes sum to {@code A - 256 B}, so both
 * together to {@code A - 255 B}.
 */
final class VectorLookups {

  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final int WIDTH = BYTES.length();

  /**
   * Sums of a token: of 16 pages, or with 512 bits, where a vector holds two pairs of rows, of
   * twice the 16, still to be added.
   */
  static final int BLOCK_SUMS = Math.max(SketchLayout.LANES, SHORTS.length());

  /** Row of every byte lane within a vector, times 16. */
  private static final ByteVector ROW_BASE = rowBase();

  private VectorLookups() {}

  private static ByteVector rowBase() {
    byte[] base = new byte[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      base[i] = (byte) (SketchTables.ENTRIES * (2 * (i / SketchLayout.PAIR_BYTES) + (i & 1)));
    }
    return ByteVector.fromArray(BYTES, base, 0);
  }

  /**
   * {@code sums}, {@code [tokens, BLOCK_SUMS]}, becomes every token's and page's sum of entries.
   */
  static void sums(
      MemorySegment digests,
      long signs,
      int tokens,
      int tokenBytes,
      SketchTables tables,
      int head,
      short[] sums) {
    int low = head * tables.headBytes;
    int high = low + tables.lowBytes();
    byte[] entries = tables.entries;
    for (int t = 0; t < tokens; t++) {
      long from = signs + (long) t * tokenBytes;
      int at = t * BLOCK_SUMS;
      if (WIDTH == 16) {
        narrow(digests, from, tokenBytes, entries, low, high, sums, at);
      } else {
        wide(digests, from, tokenBytes, entries, low, high, sums, at);
      }
    }
  }

  private static void wide(
      MemorySegment digests,
      long signs,
      int bytes,
      byte[] entries,
      int low,
      int high,
      short[] sums,
      int at) {
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector b = a;
    for (int t = 0; t < bytes; t += WIDTH) {
      ByteVector bits = load(digests, signs + t);
      ByteVector lows = bits.and((byte) 15).or(ROW_BASE);
      ByteVector highs = highNibbles(bits).or(ROW_BASE);
      ShortVector x =
          lows.selectFrom(ByteVector.fromArray(BYTES, entries, low + t)).reinterpretAsShorts();
      ShortVector y =
          highs.selectFrom(ByteVector.fromArray(BYTES, entries, high + t)).reinterpretAsShorts();
      a = a.add(x).add(y);
      b = b.add(x.lanewise(VectorOperators.LSHR, 8)).add(y.lanewise(VectorOperators.LSHR, 8));
    }
    ShortVector both = a.add(b).sub(b.lanewise(VectorOperators.LSHL, 8));
    both.intoArray(sums, at);
  }

  // A vector holds one table only: both rows are looked up in all lanes, and each gives its half.
  private static void narrow(
      MemorySegment digests,
      long signs,
      int bytes,
      byte[] entries,
      int low,
      int high,
      short[] sums,
      int at) {
    for (int half = 0; half < 2; half++) {
      ShortVector sum = ShortVector.zero(SHORTS);
      for (int t = 0; t < bytes; t += SketchLayout.PAIR_BYTES) {
        ByteVector bits = load(digests, signs + t + (long) half * WIDTH);
        sum = sum.add(pair(bits.and((byte) 15), entries, low + t));
        sum = sum.add(pair(highNibbles(bits), entries, high + t));
      }
      sum.intoArray(sums, at + half * SHORTS.length());
    }
  }

  private static ShortVector pair(ByteVector nibbles, byte[] entries, int table) {
    ByteVector even = ByteVector.fromArray(BYTES, entries, table);
    ByteVector odd = ByteVector.fromArray(BYTES, entries, table + SketchTables.ENTRIES);
    ShortVector x = nibbles.selectFrom(even).reinterpretAsShorts().and((short) 0xff);
    ShortVector y = nibbles.selectFrom(odd).reinterpretAsShorts();
    return x.add(y.lanewise(VectorOperators.LSHR, 8));
  }

  private static ByteVector load(MemorySegment segment, long offset) {
    return ByteVector.fromMemorySegment(BYTES, segment, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteVector highNibbles(ByteVector bits) {
    return bits.reinterpretAsShorts()
        .lanewise(VectorOperators.LSHR, 4)
        .reinterpretAsBytes()
        .and((byte) 15);
  }
}
