package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.BLOCK;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.ROWS;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.SEGMENT;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.SUPER;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.blockBytes;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.headBytes;

import io.github.quest4j.attention.kernel.CompiledApart;
import io.github.quest4j.model.gguf.GgmlType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;

/**
 * The decode product of one type of packed weights with several tokens: quants are unpacked once
 * for four tokens, scales and minima once for all. Each (row, token) has the bits that {@link
 * PackedKernel} gives it, since its sums have the same order.
 *
 * <p>What that does in one loop is two here, which hand over through an array: the chains of
 * products of some blocks, then the chains' sums times the scales ({@link TileSums}). Four tokens
 * make four accumulators; chains do not wait for each other, so they are enough.
 */
abstract class PackedTile {
  /** Tokens of a tile. */
  static final int TOKENS = 4;

  /** Tiles that are computed while a group is in the nearest cache. */
  static final int TILES = 8;

  /** Blocks between the two loops: as many as share a head. */
  private static final int STEP = SUPER / BLOCK;

  // Where things lie in the working memory.
  private static final int SCALES = 0; // [SEGMENT, units, WIDTH]
  private static final int MINIMA = SCALES + 2 * SEGMENT * WIDTH; // [SEGMENT, WIDTH]
  private static final int CHAINS =
      MINIMA + SEGMENT * WIDTH; // [STEP, units, chains, TOKENS, WIDTH]

  /** Floats of working memory. */
  static final int SCRATCH = CHAINS + STEP * 6 * TOKENS * WIDTH;

  private final GgmlType type;
  private final int units; // with a scale, in a block
  private final boolean minima;
  private final boolean supers;
  private final TileScales scales;
  private final TileSums sums;
  private final MethodHandle products =
      CompiledApart.method(
          MethodHandles.lookup(),
          this,
          "products",
          long.class,
          int.class,
          float[].class,
          int.class,
          float[].class,
          int.class);

  PackedTile(GgmlType type) {
    this.type = type;
    this.units = PackedKernel.unitsOfBlock(type);
    this.sums = new TileSums(type);
    this.supers = headBytes(type) > 0;
    this.scales = new TileScales(type);
    this.minima = PackedKernel.hasMinima(type);
  }

  /**
   * The kernel of a type.
   *
   * @throws IllegalArgumentException if the type is not packed
   */
  static PackedTile of(GgmlType type) {
    return switch (type) {
      case Q4_0, Q4_1, Q4_K -> new TileNibbles(type);
      case Q5_0, Q5_1, Q5_K -> new TileFives(type);
      case Q8_0, Q6_K -> new TileBytes(type);
      default -> throw new IllegalArgumentException("weights are not packed in type " + type);
    };
  }

  /**
   * Writes the chains of products of consecutive blocks with a tile of tokens.
   *
   * @param quants of the first block, from the first of WIDTH rows on
   * @param x activations {@code [columns, TOKENS]} from {@code from} on, spread for five bits
   * @param chains receives {@code [unit, chain, TOKENS, WIDTH]} from {@code to} on
   */
  abstract void products(long quants, int blocks, float[] x, int from, float[] chains, int to);

  /**
   * Writes the products of one group's 16 rows and tiles of tokens to {@code y} [token, 16].
   *
   * @param scratch working memory of {@link #SCRATCH} floats
   */
  final void multiply(
      long group,
      int columns,
      DecodeActivations x,
      int fromTile,
      int toTile,
      float[] scratch,
      float[] y) {
    Arrays.fill(y, 0, (toTile - fromTile) * TOKENS * ROWS, 0);
    int blocks = columns / BLOCK;
    for (int part = 0; part < Lanes.PARTS; part++) {
      for (int first = 0; first < blocks; first += SEGMENT) {
        int count = Math.min(SEGMENT, blocks - first);
        for (int tile = fromTile; tile < toTile; tile++) {
          int to = (tile - fromTile) * TOKENS * ROWS + part * WIDTH;
          segment(group, first, count, part, x, tile, tile == fromTile, scratch, y, to);
        }
      }
    }
  }

  private void segment(
      long group,
      int first,
      int count,
      int part,
      DecodeActivations x,
      int tile,
      boolean fresh,
      float[] scratch,
      float[] y,
      int to) {
    boolean spread = PackedKernel.spreads(type);
    float[] values = spread ? x.tiledSpread() : x.tiled();
    float[] xSums = units == 2 ? x.tiledHalves() : x.tiledSums();
    try {
      for (int b = 0; b < count; b += STEP) {
        int step = Math.min(STEP, count - b);
        int at = spread ? x.tiledSpreadAt(tile, first + b) : x.tiledAt(tile, first + b);
        int sumsAt = units * x.tiledSumsAt(tile, first + b);
        long block = block(group, first + b);
        long quants = block + 4L * part * WIDTH;
        products.invokeExact(quants, step, values, at, scratch, CHAINS);
        int scale = SCALES + b * units * WIDTH;
        if (fresh) { // not before: memory is read in order
          scales.unpack(block, part, step, scratch, scale, MINIMA + b * WIDTH);
        }
        sums.add(scratch, CHAINS, step * units, scratch, scale, xSums, sumsAt, y, to);
        if (minima && supers) {
          int from = x.tiledSumsAt(tile, first + b);
          sums.minima(scratch, MINIMA + b * WIDTH, step, x.tiledSums(), from, y, to);
        }
      }
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
    if (minima && !supers) {
      sums.minima(scratch, MINIMA, count, x.tiledSums(), x.tiledSumsAt(tile, first), y, to);
    }
  }

  /** Where a block of a group begins. */
  private long block(long group, int block) {
    return group + (long) block * blockBytes(type) + (block / STEP + 1L) * headBytes(type);
  }
}
