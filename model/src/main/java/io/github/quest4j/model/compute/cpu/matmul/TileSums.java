package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
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

  private final MethodHandle add2 = CompiledApart.function(MethodHandles.lookup(), "add2");
  private final MethodHandle add4 = CompiledApart.function(MethodHandles.lookup(), "add4");
  private final MethodHandle add6 = CompiledApart.function(MethodHandles.lookup(), "add6");
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
      switch (count) {
        case 2 -> add2.invokeExact(base, chains, from, units, scales, at, x, xAt, y, to);
        case 4 -> add4.invokeExact(base, chains, from, units, scales, at, x, xAt, y, to);
        default -> add6.invokeExact(base, chains, from, units, scales, at, x, xAt, y, to);
      }
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

  static void add2(
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
    for (int u = 0; u < units; u++) {
      int at = from + u * 2 * CHAIN;
      int k = xAt + u * TOKENS;
      FloatVector d = load(scales, scalesAt + u * WIDTH);
      a0 = sum2(broadcast(-base * x[k]), chains, at).fma(d, a0);
      a1 = sum2(broadcast(-base * x[k + 1]), chains, at + WIDTH).fma(d, a1);
      a2 = sum2(broadcast(-base * x[k + 2]), chains, at + 2 * WIDTH).fma(d, a2);
      a3 = sum2(broadcast(-base * x[k + 3]), chains, at + 3 * WIDTH).fma(d, a3);
    }
    a0.intoArray(y, to);
    a1.intoArray(y, to + ROWS);
    a2.intoArray(y, to + 2 * ROWS);
    a3.intoArray(y, to + 3 * ROWS);
  }

  static void add4(
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
    for (int u = 0; u < units; u++) {
      int at = from + u * 4 * CHAIN;
      int k = xAt + u * TOKENS;
      FloatVector d = load(scales, scalesAt + u * WIDTH);
      a0 = sum4(broadcast(-base * x[k]), chains, at).fma(d, a0);
      a1 = sum4(broadcast(-base * x[k + 1]), chains, at + WIDTH).fma(d, a1);
      a2 = sum4(broadcast(-base * x[k + 2]), chains, at + 2 * WIDTH).fma(d, a2);
      a3 = sum4(broadcast(-base * x[k + 3]), chains, at + 3 * WIDTH).fma(d, a3);
    }
    a0.intoArray(y, to);
    a1.intoArray(y, to + ROWS);
    a2.intoArray(y, to + 2 * ROWS);
    a3.intoArray(y, to + 3 * ROWS);
  }

  static void add6(
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
    for (int u = 0; u < units; u++) {
      int at = from + u * 6 * CHAIN;
      int k = xAt + u * TOKENS;
      FloatVector d = load(scales, scalesAt + u * WIDTH);
      a0 = sum6(broadcast(-base * x[k]), chains, at).fma(d, a0);
      a1 = sum6(broadcast(-base * x[k + 1]), chains, at + WIDTH).fma(d, a1);
      a2 = sum6(broadcast(-base * x[k + 2]), chains, at + 2 * WIDTH).fma(d, a2);
      a3 = sum6(broadcast(-base * x[k + 3]), chains, at + 3 * WIDTH).fma(d, a3);
    }
    a0.intoArray(y, to);
    a1.intoArray(y, to + ROWS);
    a2.intoArray(y, to + 2 * ROWS);
    a3.intoArray(y, to + 3 * ROWS);
  }

  // Not by load: a call within a method that is called is inlined or not as the counts fall out.
  private static FloatVector sum2(FloatVector start, float[] chains, int at) {
    return start
        .add(FloatVector.fromArray(F, chains, at))
        .add(FloatVector.fromArray(F, chains, at + CHAIN));
  }

  private static FloatVector sum4(FloatVector start, float[] chains, int at) {
    return sum2(start, chains, at)
        .add(FloatVector.fromArray(F, chains, at + 2 * CHAIN))
        .add(FloatVector.fromArray(F, chains, at + 3 * CHAIN));
  }

  private static FloatVector sum6(FloatVector start, float[] chains, int at) {
    return sum4(start, chains, at)
        .add(FloatVector.fromArray(F, chains, at + 4 * CHAIN))
        .add(FloatVector.fromArray(F, chains, at + 5 * CHAIN));
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
