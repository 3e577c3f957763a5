package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.load;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.ROWS;
import static io.github.quest4j.model.compute.cpu.matmul.PackedTile.TOKENS;

import io.github.quest4j.attention.kernel.CompiledApart;
import io.github.quest4j.model.gguf.GgmlType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/** Adds what {@link PackedTile} has computed to {@code y} [TOKENS, 16], WIDTH rows of it. */
final class TileSums {
  private static final int CHAIN = TOKENS * WIDTH;

  private final MethodHandle addChains =
      CompiledApart.function(MethodHandles.lookup(), "addChains");
  private final MethodHandle addMinima =
      CompiledApart.function(MethodHandles.lookup(), "addMinima");

  private final int count; // chains of a unit
  private final float base;

  TileSums(GgmlType type) {
    this.count = PackedKernel.chainsOfUnit(type);
    this.base = Mantissas.base(type);
  }

  /**
   * Adds the sums of each unit's chains, less what quants are raised by, times its scale.
   *
   * @param chains {@code [unit, chain, TOKENS, WIDTH]} from {@code from} on
   * @param scales {@code [unit, WIDTH]} from {@code at} on
   * @param x sums of the activations, {@code [unit, TOKENS]} from {@code xAt} on
   */
  void add(
      float[] chains,
      int from,
      int units,
      float[] scales,
      int at,
      float[] x,
      int xAt,
      float[] y,
      int to) {
    try {
      addChains.invokeExact(count, base, chains, from, units, scales, at, x, xAt, y, to);
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  /**
   * Adds minima, times the sums of the activations.
   *
   * @param minima {@code [block, WIDTH]} from {@code from} on
   * @param x {@code [block, TOKENS]} from {@code at} on
   */
  void minima(float[] minima, int from, int blocks, float[] x, int at, float[] y, int to) {
    try {
      addMinima.invokeExact(minima, from, blocks, x, at, y, to);
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  static void addChains(
      int count,
      float base,
      float[] chains,
      int from,
      int units,
      float[] scales,
      int scalesAt,
      float[] x,
      int xAt,
      float[] y,
      int to) {
    FloatVector a0 = load(y, to);
    FloatVector a1 = load(y, to + ROWS);
    FloatVector a2 = load(y, to + 2 * ROWS);
    FloatVector a3 = load(y, to + 3 * ROWS);
    int at = from;
    for (int u = 0; u < units; u++) {
      int k = xAt + u * TOKENS;
      FloatVector s0 = broadcast(-base * x[k]);
      FloatVector s1 = broadcast(-base * x[k + 1]);
      FloatVector s2 = broadcast(-base * x[k + 2]);
      FloatVector s3 = broadcast(-base * x[k + 3]);
      for (int c = 0; c < count; c++) {
        s0 = s0.add(load(chains, at));
        s1 = s1.add(load(chains, at + WIDTH));
        s2 = s2.add(load(chains, at + 2 * WIDTH));
        s3 = s3.add(load(chains, at + 3 * WIDTH));
        at += CHAIN;
      }
      FloatVector d = load(scales, scalesAt + u * WIDTH);
      a0 = s0.fma(d, a0);
      a1 = s1.fma(d, a1);
      a2 = s2.fma(d, a2);
      a3 = s3.fma(d, a3);
    }
    a0.intoArray(y, to);
    a1.intoArray(y, to + ROWS);
    a2.intoArray(y, to + 2 * ROWS);
    a3.intoArray(y, to + 3 * ROWS);
  }

  static void addMinima(
      float[] minima, int from, int blocks, float[] x, int at, float[] y, int to) {
    FloatVector a0 = load(y, to);
    FloatVector a1 = load(y, to + ROWS);
    FloatVector a2 = load(y, to + 2 * ROWS);
    FloatVector a3 = load(y, to + 3 * ROWS);
    for (int b = 0; b < blocks; b++) {
      FloatVector m = load(minima, from + b * WIDTH);
      int k = at + b * TOKENS;
      a0 = m.fma(broadcast(x[k]), a0);
      a1 = m.fma(broadcast(x[k + 1]), a1);
      a2 = m.fma(broadcast(x[k + 2]), a2);
      a3 = m.fma(broadcast(x[k + 3]), a3);
    }
    a0.intoArray(y, to);
    a1.intoArray(y, to + ROWS);
    a2.intoArray(y, to + 2 * ROWS);
    a3.intoArray(y, to + 3 * ROWS);
  }
}
