package io.github.quest4j.attention.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
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

  /** A handle of {@link #sums}, see {@link CompiledApart}. */
  static MethodHandle sums() {
    return CompiledApart.function(MethodHandles.lookup(), "sumsOfBlock");
  }

  /**
   * {@code sums}, {@code [heads, tokens, BLOCK_SUMS]}, becomes every head's, token's and page's sum
   * of entries.
   */
  static void sumsOfBlock(
      MemorySegment digests,
      long signs,
      int tokens,
      int tokenBytes,
      SketchTables tables,
      int heads,
      short[] sums) {
    int row = tokens * BLOCK_SUMS;
    byte[] entries = tables.entries;
    for (int h = 0; h < heads; h++) {
      int low = h * tables.headBytes;
      int high = low + tables.lowBytes();
      int at = h * row;
      if (WIDTH == 16) {
        for (int t = 0; t < tokens; t++) {
          long from = signs + (long) t * tokenBytes;
          narrow(digests, from, tokenBytes, entries, low, high, sums, at + t * BLOCK_SUMS);
        }
        continue;
      }
      Arrays.fill(sums, at, at + row, (short) 0);
      int c = 0;
      for (; c + WIDTH < tokenBytes; c += 2 * WIDTH) {
        two(digests, signs + c, tokens, tokenBytes, entries, low + c, high + c, sums, at);
      }
      if (c < tokenBytes) {
        one(digests, signs + c, tokens, tokenBytes, entries, low + c, high + c, sums, at);
      }
    }
  }

  // The tables of a vector of signs stay in registers while it goes over the tokens.
  private static void one(
      MemorySegment digests,
      long signs,
      int tokens,
      int tokenBytes,
      byte[] entries,
      int low,
      int high,
      short[] sums,
      int at) {
    ByteVector lowTable = ByteVector.fromArray(BYTES, entries, low);
    ByteVector highTable = ByteVector.fromArray(BYTES, entries, high);
    long from = signs;
    for (int t = at; t < at + tokens * BLOCK_SUMS; t += BLOCK_SUMS) {
      ByteVector bits = load(digests, from);
      ShortVector x = bits.and((byte) 15).or(ROW_BASE).selectFrom(lowTable).reinterpretAsShorts();
      ShortVector y = highNibbles(bits).or(ROW_BASE).selectFrom(highTable).reinterpretAsShorts();
      ShortVector b = x.lanewise(LSHR, 8).add(y.lanewise(LSHR, 8));
      ShortVector both = x.add(y).add(b).sub(b.lanewise(LSHL, 8));
      both.add(ShortVector.fromArray(SHORTS, sums, t)).intoArray(sums, t);
      from += tokenBytes;
    }
  }

  /** Two vectors of signs. */
  private static void two(
      MemorySegment digests,
      long signs,
      int tokens,
      int tokenBytes,
      byte[] entries,
      int low,
      int high,
      short[] sums,
      int at) {
    ByteVector lowTable = ByteVector.fromArray(BYTES, entries, low);
    ByteVector highTable = ByteVector.fromArray(BYTES, entries, high);
    ByteVector nextLowTable = ByteVector.fromArray(BYTES, entries, low + WIDTH);
    ByteVector nextHighTable = ByteVector.fromArray(BYTES, entries, high + WIDTH);
    long from = signs;
    for (int t = at; t < at + tokens * BLOCK_SUMS; t += BLOCK_SUMS) {
      ByteVector bits = load(digests, from);
      ShortVector x = bits.and((byte) 15).or(ROW_BASE).selectFrom(lowTable).reinterpretAsShorts();
      ShortVector y = highNibbles(bits).or(ROW_BASE).selectFrom(highTable).reinterpretAsShorts();
      bits = load(digests, from + WIDTH);
      ShortVector v =
          bits.and((byte) 15).or(ROW_BASE).selectFrom(nextLowTable).reinterpretAsShorts();
      ShortVector w =
          highNibbles(bits).or(ROW_BASE).selectFrom(nextHighTable).reinterpretAsShorts();
      ShortVector a = x.add(y).add(v.add(w));
      ShortVector b =
          x.lanewise(LSHR, 8)
              .add(y.lanewise(LSHR, 8))
              .add(v.lanewise(LSHR, 8).add(w.lanewise(LSHR, 8)));
      ShortVector both = a.add(b).sub(b.lanewise(LSHL, 8));
      both.add(ShortVector.fromArray(SHORTS, sums, t)).intoArray(sums, t);
      from += tokenBytes;
    }
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
    return x.add(y.lanewise(LSHR, 8));
  }

  private static ByteVector load(MemorySegment segment, long offset) {
    return ByteVector.fromMemorySegment(BYTES, segment, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteVector highNibbles(ByteVector bits) {
    return bits.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes().and((byte) 15);
  }
}
