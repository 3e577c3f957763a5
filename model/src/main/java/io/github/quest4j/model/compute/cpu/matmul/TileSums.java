package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.load;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.ROWS;
import static io.github.quest4j.model.compute.cpu.matmul.PackedTile.TOKENS;

import io.github.quest4j.attention.kernel.CompiledApart;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/** Adds what {@link PackedTile} has computed to {@code y} [TOKENS, 16], WIDTH rows of it. */
final class TileSums {
  private static final int CHAIN = TOKENS * WIDTH;

  private final MethodHandle add3 = CompiledApart.function(MethodHandles.lookup(), "add3");
  private final MethodHandle add4 = CompiledApart.function(MethodHandles.lookup(), "add4");
  private final MethodHandle addMinima =
      CompiledApart.function(MethodHandles.lookup(), "addMinima");

  /**
   * Adds the sums of each unit's chains, times its scale.
   *
   * @param count of the chains of a unit, 3 or 4
   * @param chains {@code [unit, chain, TOKENS, WIDTH]} from {@code from} on
   * @param scales {@code [unit, WIDTH]} from {@code at} on
   */
  void add(
      int count, float[] chains, int from, int units, float[] scales, int at, float[] y, int to) {
    try {
      if (count == 3) {
        add3.invokeExact(chains, from, units, scales, at, y, to);
      } else {
        add4.invokeExact(chains, from, units, scales, at, y, to);
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

  static void add4(
      float[] chains, int from, int units, float[] scales, int scalesAt, float[] y, int to) {
    FloatVector a0 = load(y, to);
    FloatVector a1 = load(y, to + ROWS);
    FloatVector a2 = load(y, to + 2 * ROWS);
    FloatVector a3 = load(y, to + 3 * ROWS);
    for (int u = 0; u < units; u++) {
      int at = from + u * 4 * CHAIN;
      FloatVector d = load(scales, scalesAt + u * WIDTH);
      a0 = sum4(chains, at).fma(d, a0);
      a1 = sum4(chains, at + WIDTH).fma(d, a1);
      a2 = sum4(chains, at + 2 * WIDTH).fma(d, a2);
      a3 = sum4(chains, at + 3 * WIDTH).fma(d, a3);
    }
    a0.intoArray(y, to);
    a1.intoArray(y, to + ROWS);
    a2.intoArray(y, to + 2 * ROWS);
    a3.intoArray(y, to + 3 * ROWS);
  }

  // Not by load: a call within a method that is called is inlined or not as the counts fall out.
  private static FloatVector sum4(float[] chains, int at) {
    FloatVector a = FloatVector.fromArray(Lanes.F, chains, at);
    FloatVector b = FloatVector.fromArray(Lanes.F, chains, at + CHAIN);
    FloatVector c = FloatVector.fromArray(Lanes.F, chains, at + 2 * CHAIN);
    FloatVector d = FloatVector.fromArray(Lanes.F, chains, at + 3 * CHAIN);
    return a.add(b).add(c.add(d));
  }

  static void add3(
      float[] chains, int from, int units, float[] scales, int scalesAt, float[] y, int to) {
    FloatVector a0 = load(y, to);
    FloatVector a1 = load(y, to + ROWS);
    FloatVector a2 = load(y, to + 2 * ROWS);
    FloatVector a3 = load(y, to + 3 * ROWS);
    for (int u = 0; u < units; u++) {
      int at = from + u * 3 * CHAIN;
      FloatVector d = load(scales, scalesAt + u * WIDTH);
      a0 = sum3(chains, at).fma(d, a0);
      a1 = sum3(chains, at + WIDTH).fma(d, a1);
      a2 = sum3(chains, at + 2 * WIDTH).fma(d, a2);
      a3 = sum3(chains, at + 3 * WIDTH).fma(d, a3);
    }
    a0.intoArray(y, to);
    a1.intoArray(y, to + ROWS);
    a2.intoArray(y, to + 2 * ROWS);
    a3.intoArray(y, to + 3 * ROWS);
  }

  private static FloatVector sum3(float[] chains, int at) {
    FloatVector a = FloatVector.fromArray(Lanes.F, chains, at);
    FloatVector b = FloatVector.fromArray(Lanes.F, chains, at + CHAIN);
    return a.add(b).add(FloatVector.fromArray(Lanes.F, chains, at + 2 * CHAIN));
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
