package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.attention.kernel.CompiledApart;
import io.github.quest4j.model.gguf.GgmlType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
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

  final GgmlType type;

  /** How much larger than a quant the float is that it becomes. */
  final float base;

  /** Bytes of a block. */
  final long bytes;

  private final int head;
  private final long scales; // where they begin in a block
  private final boolean minima;

  PackedKernel(GgmlType type) {
    this.type = type;
    this.base = Mantissas.base(type);
    this.bytes = blockBytes(type);
    this.head = headBytes(type);
    this.scales = 4L * ROWS * intsOfBlock(type);
    this.minima = hasMinima(type);
  }

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

  /** Whether 32 columns are spread over the 36 places of six ints. */
  static boolean spreads(GgmlType type) {
    return intsOfBlock(type) == 6;
  }

  /** Columns of a chain of products. */
  static int columnsOfChain(GgmlType type) {
    return spreads(type) ? 6 : 8;
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
   * Adds the products of consecutive blocks, without minima, for types that have no head. Of types
   * that have no minima these are all blocks, and y is zero.
   *
   * @param group address of the first block
   * @param part which WIDTH of the rows
   * @param x activations from {@code at} on, spread for five bits
   * @param sums the activations' sums over each block, from {@code sumsAt} on
   */
  abstract void plain(
      long group,
      int blocks,
      int part,
      float[] x,
      int at,
      float[] sums,
      int sumsAt,
      float[] y,
      int to);

  /**
   * As {@link #plain}, for the 256 columns behind a head.
   *
   * @param sums over each unit
   * @param heads d and m of 16 rows
   */
  abstract void scaled(
      long blocks,
      int part,
      float[] x,
      int at,
      float[] sums,
      int sumsAt,
      float[] heads,
      float[] y,
      int to);

  /**
   * Writes the products of one group's 16 rows and one token to {@code y[to ..]}.
   *
   * @param heads working memory of 32 floats
   */
  final void accumulate(
      long group, int columns, DecodeActivations x, int token, float[] heads, float[] y, int to) {
    Arrays.fill(y, to, to + ROWS, 0);
    for (int part = 0; part < Lanes.PARTS; part++) {
      int rows = to + part * Lanes.WIDTH;
      if (head > 0) {
        supers(group, columns / SUPER, x, token, part, heads, y, rows);
      } else {
        segments(group, columns / BLOCK, x, token, part, y, rows);
      }
    }
  }

  private void segments(
      long group, int blocks, DecodeActivations x, int token, int part, float[] y, int to) {
    int segment = minima ? SEGMENT : blocks;
    for (int b = 0; b < blocks; b += segment) {
      int count = Math.min(segment, blocks - b);
      long first = group + b * bytes;
      int sums = x.sumsAt(token) + b;
      plain(first, count, part, values(x), at(x, token, b), x.sums(), sums, y, to);
      if (minima) {
        addMinima(first + scales + 2L * ROWS + 2L * part * Lanes.WIDTH, count, x, sums, y, to);
      }
    }
  }

  private void supers(
      long group,
      int supers,
      DecodeActivations x,
      int token,
      int part,
      float[] heads,
      float[] y,
      int to) {
    int units = unitsOfBlock(type);
    float[] unitSums = units == 2 ? x.halves() : x.sums();
    for (int i = 0; i < supers; i++) {
      int b = i * (SUPER / BLOCK);
      long first = group + b * bytes + (i + 1L) * head;
      int sums = x.sumsAt(token) + b;
      heads(first - head, head / (2 * ROWS), heads);
      int at = at(x, token, b);
      scaled(first, part, values(x), at, unitSums, units * sums, heads, y, to);
      if (minima) {
        addMinima(first + scales + ROWS, part, heads, x, sums, y, to);
      }
    }
  }

  private float[] values(DecodeActivations x) {
    return spreads(type) ? x.spread() : x.values();
  }

  private int at(DecodeActivations x, int token, int block) {
    return spreads(type)
        ? x.spreadAt(token) + block * DecodeActivations.SPREAD
        : x.at(token) + block * BLOCK;
  }

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
  private static void heads(long at, int count, float[] heads) {
    long start = Lanes.address(at);
    for (int i = 0; i < count * ROWS; i += Lanes.WIDTH) {
      Lanes.scales(start + 2L * i).intoArray(heads, i);
    }
  }

  /**
   * Adds the minima, times the sums of the activations. It is a loop of its own, over what the
   * first loop has brought to the cache: in one loop with the quants it made that a third slower.
   *
   * @param first address of the half floats of the first block
   */
  private void addMinima(long first, int blocks, DecodeActivations x, int from, float[] y, int to) {
    float[] sums = x.sums();
    long start = Lanes.address(first);
    FloatVector a = Lanes.load(y, to);
    for (int b = 0; b < blocks; b++) {
      a = Lanes.scales(start + b * bytes).fma(Lanes.broadcast(sums[from + b]), a);
    }
    a.intoArray(y, to);
  }

  /**
   * Likewise, for the eight blocks of a K-quant, whose minima are bytes and subtracted.
   *
   * @param heads d and m of 16 rows
   */
  private void addMinima(
      long first, int part, float[] heads, DecodeActivations x, int from, float[] y, int to) {
    float[] sums = x.sums();
    long start = Lanes.address(first);
    FloatVector m = Lanes.load(heads, ROWS + part * Lanes.WIDTH);
    FloatVector a = Lanes.load(y, to);
    for (int b = 0; b < SUPER / BLOCK; b++) {
      a =
          Lanes.floats(Lanes.bytes(start + b * bytes, part))
              .mul(m)
              .fma(Lanes.broadcast(-sums[from + b]), a);
    }
    a.intoArray(y, to);
  }
}
