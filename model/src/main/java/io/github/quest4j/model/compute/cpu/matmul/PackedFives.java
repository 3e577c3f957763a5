package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.DecodeActivations.SPREAD;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ints;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.scales;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import io.github.quest4j.model.gguf.GgmlType;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Quants of five bits: six ints of six columns, the last four places of the last int unused. That
 * takes a sixth more bytes than four bits in one place and the fifth in another, and a third of the
 * time.
 */
final class PackedFives extends PackedKernel {
  private static final long SCALES = 384; // bytes of the quants of a block

  private final GgmlType type;

  PackedFives(GgmlType type) {
    this.type = type;
  }

  @Override
  void accumulate(
      long group, int columns, DecodeActivations x, int token, float[] heads, float[] y, int to) {
    Arrays.fill(y, to, to + ROWS, 0);
    for (int part = 0; part < PARTS; part++) {
      int at = to + part * WIDTH;
      switch (type) {
        case Q5_0 -> signed(group, columns / BLOCK, part, x.spread(), x.spreadAt(token), y, at);
        case Q5_1 -> segments(group, columns / BLOCK, x, token, part, y, at);
        default -> supers(group, columns / SUPER, x, token, part, heads, y, at);
      }
    }
  }

  private static void segments(
      long group, int blocks, DecodeActivations x, int token, int part, float[] y, int to) {
    int bytes = blockBytes(GgmlType.Q5_1);
    for (int b = 0; b < blocks; b += SEGMENT) {
      int count = Math.min(SEGMENT, blocks - b);
      long at = group + (long) b * bytes;
      plain(at, count, part, x.spread(), x.spreadAt(token) + b * SPREAD, y, to);
      long minima = at + SCALES + 2L * ROWS + 2L * part * WIDTH;
      minima(minima, count, bytes, x.sums(), x.sumsAt(token) + b, y, to);
    }
  }

  private static void supers(
      long group,
      int supers,
      DecodeActivations x,
      int token,
      int part,
      float[] heads,
      float[] y,
      int to) {
    int bytes = blockBytes(GgmlType.Q5_K);
    int head = headBytes(GgmlType.Q5_K);
    for (int i = 0; i < supers; i++) {
      long at = group + i * (head + 8L * bytes);
      heads(at, 2, heads);
      scaled(at + head, part, x.spread(), x.spreadAt(token) + i * 8 * SPREAD, heads, y, to);
      long minima = at + head + SCALES + ROWS;
      minima(minima, bytes, part, heads, x.sums(), x.sumsAt(token) + i * 8, y, to);
    }
  }

  private static void signed(
      long group, int blocks, int part, float[] x, int at, float[] y, int to) {
    long start = Lanes.address(group + 4L * part * WIDTH);
    long scale = Lanes.address(group + 2L * part * WIDTH + SCALES);
    FloatVector a = zero();
    for (int b = 0; b < blocks; b++) {
      FloatVector s0 = zero();
      FloatVector s1 = zero();
      FloatVector s2 = zero();
      for (int half = 0; half < 2; half++) {
        long block = start + b * (SCALES + 2L * ROWS) + half * 192L;
        IntVector w0 = ints(block);
        IntVector w1 = ints(block + 64);
        IntVector w2 = ints(block + 128);
        for (int j = 0; j < 6; j++) {
          int k = at + b * SPREAD + half * 18 + j;
          s0 = floats(w0.lanewise(LSHL, 27 - 5 * j).lanewise(ASHR, 27)).fma(broadcast(x[k]), s0);
          s1 =
              floats(w1.lanewise(LSHL, 27 - 5 * j).lanewise(ASHR, 27)).fma(broadcast(x[k + 6]), s1);
          s2 =
              floats(w2.lanewise(LSHL, 27 - 5 * j).lanewise(ASHR, 27))
                  .fma(broadcast(x[k + 12]), s2);
        }
      }
      a = s0.add(s1).add(s2).fma(scales(scale + b * (SCALES + 2L * ROWS)), a);
    }
    a.intoArray(y, to);
  }

  /** Adds to y. */
  private static void plain(
      long group, int blocks, int part, float[] x, int at, float[] y, int to) {
    long start = Lanes.address(group + 4L * part * WIDTH);
    long scale = Lanes.address(group + 2L * part * WIDTH + SCALES);
    FloatVector a = Lanes.load(y, to);
    for (int b = 0; b < blocks; b++) {
      FloatVector s0 = zero();
      FloatVector s1 = zero();
      FloatVector s2 = zero();
      for (int half = 0; half < 2; half++) {
        long block = start + b * (SCALES + 4L * ROWS) + half * 192L;
        IntVector w0 = ints(block);
        IntVector w1 = ints(block + 64);
        IntVector w2 = ints(block + 128);
        for (int j = 0; j < 6; j++) {
          int k = at + b * SPREAD + half * 18 + j;
          s0 = floats(w0.lanewise(LSHL, 27 - 5 * j).lanewise(LSHR, 27)).fma(broadcast(x[k]), s0);
          s1 =
              floats(w1.lanewise(LSHL, 27 - 5 * j).lanewise(LSHR, 27)).fma(broadcast(x[k + 6]), s1);
          s2 =
              floats(w2.lanewise(LSHL, 27 - 5 * j).lanewise(LSHR, 27))
                  .fma(broadcast(x[k + 12]), s2);
        }
      }
      a = s0.add(s1).add(s2).fma(scales(scale + b * (SCALES + 4L * ROWS)), a);
    }
    a.intoArray(y, to);
  }

  /** Adds 256 columns to y. */
  private static void scaled(
      long blocks, int part, float[] x, int at, float[] heads, float[] y, int to) {
    long start = Lanes.address(blocks + 4L * part * WIDTH);
    long scale = Lanes.address(blocks + SCALES);
    FloatVector head = Lanes.load(heads, part * WIDTH);
    FloatVector a = Lanes.load(y, to);
    for (int b = 0; b < SUPER / BLOCK; b++) {
      FloatVector s0 = zero();
      FloatVector s1 = zero();
      FloatVector s2 = zero();
      for (int half = 0; half < 2; half++) {
        long block = start + b * (SCALES + 2L * ROWS) + half * 192L;
        IntVector w0 = ints(block);
        IntVector w1 = ints(block + 64);
        IntVector w2 = ints(block + 128);
        for (int j = 0; j < 6; j++) {
          int k = at + b * SPREAD + half * 18 + j;
          s0 = floats(w0.lanewise(LSHL, 27 - 5 * j).lanewise(LSHR, 27)).fma(broadcast(x[k]), s0);
          s1 =
              floats(w1.lanewise(LSHL, 27 - 5 * j).lanewise(LSHR, 27)).fma(broadcast(x[k + 6]), s1);
          s2 =
              floats(w2.lanewise(LSHL, 27 - 5 * j).lanewise(LSHR, 27))
                  .fma(broadcast(x[k + 12]), s2);
        }
      }
      long s = scale + b * (SCALES + 2L * ROWS);
      FloatVector d = floats(Lanes.bytes(s, part)).mul(head);
      a = s0.add(s1).add(s2).fma(d, a);
    }
    a.intoArray(y, to);
  }
}
