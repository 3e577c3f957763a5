package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALVES;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over tables of bytes, looked up for all tokens of a block at once.
 *
 * <p>A vector of sign bytes holds {@code ROWS} rows of eight channels; the tables of these rows fit
 * one table vector, and a nibble and its row make the index. The bytes found are summed in 16-bit
 * lanes, both bytes of a lane belonging to one token: with {@code A} the sum of whole lanes modulo
 * 2^16 and {@code B} that of their upper bytes, the lower bytes sum to {@code A - 256 B}, so both
 * together to {@code A - 255 B}.
 */
final class VectorSketch {

  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final int WIDTH = BYTES.length();

  /** Row of every byte lane within a vector, times 16. */
  private static final ByteVector ROW_BASE = rowBase();

  private VectorSketch() {}

  private static ByteVector rowBase() {
    byte[] base = new byte[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      base[i] = (byte) (16 * (2 * (i / SketchLayout.PAIR_BYTES) + (i & 1)));
    }
    return ByteVector.fromArray(BYTES, base, 0);
  }

  /** {@code out[at + i] = sum_j exp(x_j)} of one head, NaN where an exponent is out of range. */
  static void sums(
      MemorySegment digests,
      long offset,
      long stride,
      int count,
      SketchLayout layout,
      SketchTables tables,
      int head,
      float factor,
      float[] out,
      int at) {
    int blocks = layout.blocks();
    int blockBytes = layout.blockBytes();
    int scalesOffset = layout.scalesOffset();
    int low = head * tables.headBytes;
    int high = low + tables.lowBytes();
    int tableBytes = tables.rows * SketchTables.ENTRIES;
    float unit = tables.steps[head] * factor;
    for (int i = 0; i < count; i++) {
      long digest = offset + i * stride;
      float sum = 0;
      for (int block = 0; block < blocks; block++) {
        long signs = digest + (long) block * blockBytes;
        long scales = digest + scalesOffset + 2L * SketchLayout.TOKENS * block;
        int tokens = layout.pageSize() - block * SketchLayout.TOKENS;
        sum +=
            block(
                digests,
                signs,
                scales,
                tokens,
                tableBytes,
                tables.entries,
                low,
                high,
                tables.bias(),
                unit);
      }
      out[at + i] = sum;
    }
  }

  private static float block(
      MemorySegment digests,
      long signs,
      long scales,
      int tokens,
      int tableBytes,
      byte[] entries,
      int low,
      int high,
      int bias,
      float unit) {
    if (WIDTH == 16) {
      return narrowBlock(
          digests, signs, scales, tokens, tableBytes, entries, low, high, bias, unit);
    }
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector b = a;
    for (int t = 0; t < tableBytes; t += WIDTH) {
      ByteVector bits = bytes(digests, signs + t);
      ByteVector lows = bits.and((byte) 15).or(ROW_BASE);
      ByteVector highs = highNibbles(bits).or(ROW_BASE);
      ShortVector x =
          lows.selectFrom(ByteVector.fromArray(BYTES, entries, low + t)).reinterpretAsShorts();
      ShortVector y =
          highs.selectFrom(ByteVector.fromArray(BYTES, entries, high + t)).reinterpretAsShorts();
      a = a.add(x).add(y);
      b = b.add(x.lanewise(VectorOperators.LSHR, 8)).add(y.lanewise(VectorOperators.LSHR, 8));
    }
    ShortVector sums = a.add(b).sub(b.lanewise(VectorOperators.LSHL, 8));
    if (WIDTH == 64) {
      // Two pairs of rows, one in each half.
      ShortVector folded =
          (ShortVector) sums.reinterpretShape(HALVES, 0).add(sums.reinterpretShape(HALVES, 1));
      return exponentials(digests, scales, tokens, folded, 0, bias, unit);
    }
    return exponentials(digests, scales, tokens, sums, 0, bias, unit)
        + exponentials(digests, scales + 2L * LANES, tokens - LANES, sums, 1, bias, unit);
  }

  // A vector holds one table only: both rows are looked up in all lanes, and each gives its half.
  private static float narrowBlock(
      MemorySegment digests,
      long signs,
      long scales,
      int tokens,
      int tableBytes,
      byte[] entries,
      int low,
      int high,
      int bias,
      float unit) {
    float sum = 0;
    for (int half = 0; half < 2; half++) {
      ShortVector sums = ShortVector.zero(SHORTS);
      for (int t = 0; t < tableBytes; t += SketchLayout.PAIR_BYTES) {
        ByteVector bits = bytes(digests, signs + t + (long) half * WIDTH);
        ByteVector lows = bits.and((byte) 15);
        ByteVector highs = highNibbles(bits);
        sums = sums.add(narrowPair(lows, entries, low + t));
        sums = sums.add(narrowPair(highs, entries, high + t));
      }
      for (int part = 0; part < 2; part++) {
        int first = half * 8 + part * LANES;
        if (first < tokens) {
          sum += exponentials(digests, scales + 2L * first, tokens - first, sums, part, bias, unit);
        }
      }
    }
    return sum;
  }

  private static ShortVector narrowPair(ByteVector nibbles, byte[] entries, int table) {
    ByteVector even = ByteVector.fromArray(BYTES, entries, table);
    ByteVector odd = ByteVector.fromArray(BYTES, entries, table + SketchTables.ENTRIES);
    ShortVector x = nibbles.selectFrom(even).reinterpretAsShorts().and((short) 0xff);
    ShortVector y = nibbles.selectFrom(odd).reinterpretAsShorts();
    return x.add(y.lanewise(VectorOperators.LSHR, 8));
  }

  private static ByteVector bytes(MemorySegment segment, long offset) {
    return ByteVector.fromMemorySegment(BYTES, segment, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteVector highNibbles(ByteVector bits) {
    return bits.reinterpretAsShorts()
        .lanewise(VectorOperators.LSHR, 4)
        .reinterpretAsBytes()
        .and((byte) 15);
  }

  /** Sum of {@code exp(x_j)} of as many tokens as a float vector has lanes. */
  private static float exponentials(
      MemorySegment digests,
      long scales,
      int tokens,
      ShortVector sums,
      int part,
      int bias,
      float unit) {
    IntVector n = (IntVector) sums.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, part);
    FloatVector estimate = (FloatVector) n.sub(bias).convertShape(VectorOperators.I2F, FLOATS, 0);
    IntVector half =
        (IntVector)
            ShortVector.fromMemorySegment(HALVES, digests, scales, ByteOrder.LITTLE_ENDIAN)
                .convertShape(VectorOperators.S2I, INTS, 0);
    FloatVector scale = VectorShapes.lowHalves(half).mul(VectorShapes.HALF_SCALE);
    FloatVector x = estimate.mul(unit).mul(scale);
    if (VectorMath.outOfRange(x).anyTrue()) {
      return Float.NaN;
    }
    FloatVector e = VectorMath.exp(x);
    if (tokens < LANES) {
      VectorMask<Float> kept = FLOATS.indexInRange(0, Math.max(tokens, 0));
      return VectorShapes.sum(FloatVector.zero(FLOATS).blend(e, kept));
    }
    return VectorShapes.sum(e);
  }
}
