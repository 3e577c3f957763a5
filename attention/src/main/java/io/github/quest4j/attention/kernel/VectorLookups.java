package io.github.quest4j.attention.kernel;

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
 * table vector, and a nibble and its row make the index. Four of the bytes found are summed as
 * bytes, since entries have six bits, and then in 16-bit lanes, both bytes of a lane belonging to
 * one page. The nibbles of a token are cut out once for up to three query heads.
 */
final class VectorLookups {

  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final int WIDTH = BYTES.length();

  /** Query heads whose tables the registers hold. */
  static final int HEADS = WIDTH == 64 ? 3 : 1;

  /**
   * Sums of a token: of 16 pages, or with 512 bits, where a vector holds two pairs of rows, of
   * twice the 16, still to be added.
   */
  static final int BLOCK_SUMS = Math.max(SketchLayout.LANES, SHORTS.length());

  /** Bytes of a token's sums before they are widened. */
  static final int BLOCK_BYTES = 2 * BLOCK_SUMS;

  /** Row of every byte lane within a vector, times 16. */
  private static final ByteVector ROW_BASE = rowBase();

  // As constants, since a number that is broadcast is a few calls more to inline.
  private static final ByteVector NIBBLE = ByteVector.broadcast(BYTES, 15);
  private static final ShortVector LOW_BYTE = ShortVector.broadcast(SHORTS, 0xff);

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
   *
   * @param bytes room for {@code HEADS * tokens * BLOCK_BYTES}
   */
  static void sumsOfBlock(
      MemorySegment digests,
      long signs,
      int tokens,
      int tokenBytes,
      SketchTables tables,
      int heads,
      byte[] bytes,
      short[] sums) {
    int row = tokens * BLOCK_SUMS;
    int next = tables.headBytes;
    byte[] entries = tables.entries;
    if (WIDTH == 16) {
      for (int h = 0; h < heads; h++) {
        int low = h * next;
        int high = low + tables.lowBytes();
        for (int t = 0; t < tokens; t++) {
          long from = signs + (long) t * tokenBytes;
          int at = h * row + t * BLOCK_SUMS;
          narrow(digests, from, tokenBytes, entries, low, high, sums, at);
        }
      }
      return;
    }
    for (int c = 0; c < tokenBytes; c += 2 * WIDTH) {
      // The last vector may reach into what lies behind the signs, where its tables are zero.
      long from = signs + c;
      for (int h = 0; h < heads; h += HEADS) {
        int low = h * next + c;
        int high = low + tables.lowBytes();
        int count = Math.min(HEADS, heads - h);
        switch (count) {
          case 1 -> {
            if (c == 0) {
              Arrays.fill(sums, h * row, (h + 1) * row, (short) 0);
            }
            one(digests, from, tokens, tokenBytes, entries, low, high, sums, h * row);
          }
          case 2 -> two(digests, from, tokens, tokenBytes, entries, low, high, next, bytes);
          default -> three(digests, from, tokens, tokenBytes, entries, low, high, next, bytes);
        }
        if (count > 1 && c == 0) {
          widen(bytes, count * row, sums, h * row);
        } else if (count > 1) {
          add(bytes, count * row, sums, h * row);
        }
      }
    }
  }

  /** One query head: its tables stay in registers while it goes over the tokens. */
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
    ByteVector lowNext = ByteVector.fromArray(BYTES, entries, low + WIDTH);
    ByteVector highNext = ByteVector.fromArray(BYTES, entries, high + WIDTH);
    long from = signs;
    for (int t = at; t < at + tokens * BLOCK_SUMS; t += BLOCK_SUMS) {
      ByteVector bits = load(digests, from);
      ByteVector x = lowNibbles(bits).selectFrom(lowTable);
      x = x.add(highNibbles(bits).selectFrom(highTable));
      bits = load(digests, from + WIDTH);
      ByteVector y = lowNibbles(bits).selectFrom(lowNext);
      y = y.add(highNibbles(bits).selectFrom(highNext));
      ShortVector both = x.add(y).reinterpretAsShorts();
      ShortVector sum = both.and(LOW_BYTE).add(both.lanewise(LSHR, 8));
      sum.add(ShortVector.fromArray(SHORTS, sums, t)).intoArray(sums, t);
      from += tokenBytes;
    }
  }

  /** 2 query heads. */
  private static void two(
      MemorySegment digests,
      long signs,
      int tokens,
      int tokenBytes,
      byte[] entries,
      int low,
      int high,
      int next,
      byte[] bytes) {
    ByteVector low0 = ByteVector.fromArray(BYTES, entries, low);
    ByteVector high0 = ByteVector.fromArray(BYTES, entries, high);
    ByteVector lowNext0 = ByteVector.fromArray(BYTES, entries, low + WIDTH);
    ByteVector highNext0 = ByteVector.fromArray(BYTES, entries, high + WIDTH);
    ByteVector low1 = ByteVector.fromArray(BYTES, entries, low + next);
    ByteVector high1 = ByteVector.fromArray(BYTES, entries, high + next);
    ByteVector lowNext1 = ByteVector.fromArray(BYTES, entries, low + next + WIDTH);
    ByteVector highNext1 = ByteVector.fromArray(BYTES, entries, high + next + WIDTH);
    int row = tokens * WIDTH;
    long from = signs;
    for (int t = 0; t < row; t += WIDTH) {
      ByteVector bits = load(digests, from);
      ByteVector bitsNext = load(digests, from + WIDTH);
      ByteVector a = lowNibbles(bits);
      ByteVector b = highNibbles(bits);
      ByteVector c = lowNibbles(bitsNext);
      ByteVector d = highNibbles(bitsNext);
      ByteVector x0 = a.selectFrom(low0).add(b.selectFrom(high0));
      ByteVector y0 = c.selectFrom(lowNext0).add(d.selectFrom(highNext0));
      x0.add(y0).intoArray(bytes, t);
      ByteVector x1 = a.selectFrom(low1).add(b.selectFrom(high1));
      ByteVector y1 = c.selectFrom(lowNext1).add(d.selectFrom(highNext1));
      x1.add(y1).intoArray(bytes, t + row);
      from += tokenBytes;
    }
  }

  /** 3 query heads. */
  private static void three(
      MemorySegment digests,
      long signs,
      int tokens,
      int tokenBytes,
      byte[] entries,
      int low,
      int high,
      int next,
      byte[] bytes) {
    ByteVector low0 = ByteVector.fromArray(BYTES, entries, low);
    ByteVector high0 = ByteVector.fromArray(BYTES, entries, high);
    ByteVector lowNext0 = ByteVector.fromArray(BYTES, entries, low + WIDTH);
    ByteVector highNext0 = ByteVector.fromArray(BYTES, entries, high + WIDTH);
    ByteVector low1 = ByteVector.fromArray(BYTES, entries, low + next);
    ByteVector high1 = ByteVector.fromArray(BYTES, entries, high + next);
    ByteVector lowNext1 = ByteVector.fromArray(BYTES, entries, low + next + WIDTH);
    ByteVector highNext1 = ByteVector.fromArray(BYTES, entries, high + next + WIDTH);
    ByteVector low2 = ByteVector.fromArray(BYTES, entries, low + 2 * next);
    ByteVector high2 = ByteVector.fromArray(BYTES, entries, high + 2 * next);
    ByteVector lowNext2 = ByteVector.fromArray(BYTES, entries, low + 2 * next + WIDTH);
    ByteVector highNext2 = ByteVector.fromArray(BYTES, entries, high + 2 * next + WIDTH);
    int row = tokens * WIDTH;
    long from = signs;
    for (int t = 0; t < row; t += WIDTH) {
      ByteVector bits = load(digests, from);
      ByteVector bitsNext = load(digests, from + WIDTH);
      ByteVector a = lowNibbles(bits);
      ByteVector b = highNibbles(bits);
      ByteVector c = lowNibbles(bitsNext);
      ByteVector d = highNibbles(bitsNext);
      ByteVector x0 = a.selectFrom(low0).add(b.selectFrom(high0));
      ByteVector y0 = c.selectFrom(lowNext0).add(d.selectFrom(highNext0));
      x0.add(y0).intoArray(bytes, t);
      ByteVector x1 = a.selectFrom(low1).add(b.selectFrom(high1));
      ByteVector y1 = c.selectFrom(lowNext1).add(d.selectFrom(highNext1));
      x1.add(y1).intoArray(bytes, t + row);
      ByteVector x2 = a.selectFrom(low2).add(b.selectFrom(high2));
      ByteVector y2 = c.selectFrom(lowNext2).add(d.selectFrom(highNext2));
      x2.add(y2).intoArray(bytes, t + 2 * row);
      from += tokenBytes;
    }
  }

  /** Makes both bytes of every 16-bit lane one of {@code sums}. */
  private static void widen(byte[] bytes, int count, short[] sums, int at) {
    for (int i = 0; i < count; i += SHORTS.length()) {
      ShortVector both = ByteVector.fromArray(BYTES, bytes, 2 * i).reinterpretAsShorts();
      both.and(LOW_BYTE).add(both.lanewise(LSHR, 8)).intoArray(sums, at + i);
    }
  }

  /** Adds them. */
  private static void add(byte[] bytes, int count, short[] sums, int at) {
    for (int i = 0; i < count; i += SHORTS.length()) {
      ShortVector both = ByteVector.fromArray(BYTES, bytes, 2 * i).reinterpretAsShorts();
      ShortVector sum = both.and(LOW_BYTE).add(both.lanewise(LSHR, 8));
      sum.add(ShortVector.fromArray(SHORTS, sums, at + i)).intoArray(sums, at + i);
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
        ByteVector high4 = bits.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes();
        sum = sum.add(pair(bits.and((byte) 15), entries, low + t));
        sum = sum.add(pair(high4.and((byte) 15), entries, high + t));
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

  private static ByteVector lowNibbles(ByteVector bits) {
    return bits.and(NIBBLE).or(ROW_BASE);
  }

  private static ByteVector highNibbles(ByteVector bits) {
    return lowNibbles(bits.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes());
  }
}
