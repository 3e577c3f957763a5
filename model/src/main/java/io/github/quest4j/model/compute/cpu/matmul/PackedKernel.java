package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.attention.kernel.CompiledApart;
import io.github.quest4j.model.gguf.GgmlType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/**
 * The decode product of one type of quantised weights, on rows packed by sixteens: a lane is a row,
 * so no sum crosses lanes, a block's scales are loaded for 16 rows at once, and the sum of a (row,
 * token) has the same order at every vector width.
 *
 * <p>A group of 16 rows is a stream without gaps: for each 32 columns the quants, as ints [ints,
 * 16] of several columns each, and the scales; for K-quants before each 256 columns what they
 * share. It is read in exactly this order: a core sees a stream only then. Out of order, from two
 * streams at a time, or with a part of each group apart from the quants, the same loops read memory
 * at half the speed and less.
 *
 * <p>The products of an int's columns, or of two ints' of four, make a chain; the sums of chains
 * are added and multiplied by the scale. Loops call the Vector API itself: methods of our own are
 * no longer inlined where a loop has grown beyond what the compiler inlines, and vectors that cross
 * a call lie on the heap.
 */
abstract class PackedKernel {
  /** Rows of a group. */
  static final int ROWS = 16;

  /** Columns of a block. */
  static final int BLOCK = 32;

  /** Columns that share a head, for K-quants. */
  static final int SUPER = 256;

  /** Blocks after which minima are added: what they are read from is still in the nearest cache. */
  static final int SEGMENT = 64;

  private final MethodHandle accumulate =
      CompiledApart.method(
          MethodHandles.lookup(),
          this,
          "accumulate",
          long.class,
          int.class,
          DecodeActivations.class,
          int.class,
          float[].class,
          float[].class,
          int.class);

  /** Whether products of a type are computed on packed rows. */
  static boolean packs(GgmlType type) {
    return type.blockSize() > 1;
  }

  /**
   * The kernel of a type.
   *
   * @throws IllegalArgumentException if the type is not packed
   */
  static PackedKernel of(GgmlType type) {
    return switch (type) {
      case Q4_0, Q4_1, Q4_K -> new PackedNibbles(type);
      case Q5_0, Q5_1, Q5_K -> new PackedFives(type);
      case Q8_0, Q6_K -> new PackedBytes(type);
      default -> throw new IllegalArgumentException("weights are not packed in type " + type);
    };
  }

  /** Bytes before each 256 columns of 16 rows. */
  static int headBytes(GgmlType type) {
    return switch (type) {
      case Q4_K, Q5_K -> 4 * ROWS;
      case Q6_K -> 2 * ROWS;
      default -> 0;
    };
  }

  /** Units of 32 columns, each of which has a scale. */
  static int unitsOfBlock(GgmlType type) {
    return type == GgmlType.Q6_K ? 2 : 1;
  }

  /** Columns of a chain of products. */
  static int columnsOfChain(GgmlType type) {
    return intsOfBlock(type) == 6 ? 6 : 8;
  }

  /** Chains of a unit; the last one of five bits has two columns and four places. */
  static int chainsOfUnit(GgmlType type) {
    return Math.ceilDiv(BLOCK / unitsOfBlock(type), columnsOfChain(type));
  }

  /** Whether a type has minima. */
  static boolean hasMinima(GgmlType type) {
    return switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K -> true;
      default -> false;
    };
  }

  /** Ints of 32 quants. */
  static int intsOfBlock(GgmlType type) {
    return switch (type) {
      case Q4_0, Q4_1, Q4_K -> 4;
      case Q5_0, Q5_1, Q5_K -> 6;
      default -> 8;
    };
  }

  /** Bytes of 32 columns of 16 rows. */
  static int blockBytes(GgmlType type) {
    int scales = type == GgmlType.Q4_1 || type == GgmlType.Q5_1 ? 4 * ROWS : 2 * ROWS;
    return intsOfBlock(type) * 4 * ROWS + scales;
  }

  /** Bytes of a group. */
  static long groupBytes(GgmlType type, int columns) {
    return (long) columns / BLOCK * blockBytes(type) + (long) columns / SUPER * headBytes(type);
  }

  /**
   * Writes the products of one group's 16 rows and one token to {@code y[to ..]}.
   *
   * @param heads working memory of 32 floats
   */
  abstract void accumulate(
      long group, int columns, DecodeActivations x, int token, float[] heads, float[] y, int to);

  /** As {@link #accumulate}, compiled apart from its caller. */
  final void accumulateApart(
      long group, int columns, DecodeActivations x, int token, float[] heads, float[] y, int to) {
    try {
      accumulate.invokeExact(group, columns, x, token, heads, y, to);
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  /** Unpacks {@code count} times 16 half floats. */
  static void heads(long at, int count, float[] heads) {
    long start = Lanes.address(at);
    for (int i = 0; i < count * ROWS; i += Lanes.WIDTH) {
      Lanes.scales(start + 2L * i).intoArray(heads, i);
    }
  }

  /**
   * Adds the minima, times the sums of the activations. It is a loop of its own, over what the
   * first loop has brought to the cache: in one loop with the quants it made that a third slower.
   *
   * @param minima address of the half floats of the first block
   */
  static void minima(
      long minima, int blocks, int blockBytes, float[] sums, int from, float[] y, int to) {
    long start = Lanes.address(minima);
    FloatVector a = Lanes.load(y, to);
    for (int b = 0; b < blocks; b++) {
      a = Lanes.scales(start + (long) b * blockBytes).fma(Lanes.broadcast(sums[from + b]), a);
    }
    a.intoArray(y, to);
  }

  /**
   * As {@link #minima}, for the eight blocks of a K-quant, whose minima are bytes and subtracted.
   *
   * @param heads d and m of 16 rows
   */
  static void minima(
      long minima,
      int blockBytes,
      int part,
      float[] heads,
      float[] sums,
      int from,
      float[] y,
      int to) {
    long start = Lanes.address(minima);
    FloatVector m = Lanes.load(heads, ROWS + part * Lanes.WIDTH);
    FloatVector a = Lanes.load(y, to);
    for (int b = 0; b < SUPER / BLOCK; b++) {
      a =
          Lanes.floats(Lanes.bytes(start + (long) b * blockBytes, part))
              .mul(m)
              .fma(Lanes.broadcast(-sums[from + b]), a);
    }
    a.intoArray(y, to);
  }
}
