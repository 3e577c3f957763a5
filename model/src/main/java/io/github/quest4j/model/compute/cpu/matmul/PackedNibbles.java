package io.github.quest4j.model.compute.cpu.matmul;

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
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Quants of four bits: four ints of eight columns. */
final class PackedNibbles extends PackedKernel {
  private static final long SCALES = 256; // bytes of the quants of a block

  private final GgmlType type;

  PackedNibbles(GgmlType type) {
    this.type = type;
  }

  @Override
  void accumulate(
      long group, int columns, DecodeActivations x, int token, float[] heads, float[] y, int to) {
    int blocks = columns / BLOCK;
    if (type == GgmlType.Q4_K) {
      heads(group, columns / 128, heads);
    }
    for (int part = 0; part < PARTS; part++) {
      int at = to + part * WIDTH;
      switch (type) {
        case Q4_0 -> signed(group, blocks, part, x.values(), x.at(token), y, at);
        case Q4_1 -> {
          plain(group, blocks, part, x.values(), x.at(token), y, at);
          long minima = group + SCALES + 2L * ROWS + 2L * part * WIDTH;
          minima(minima, blocks, blockBytes(type), x.sums(), x.sumsAt(token), y, at);
        }
        default -> {
          long first = group + (long) columns / 256 * headBytes(type);
          scaled(first, blocks, part, x.values(), x.at(token), heads, y, at);
          minima(
              first + SCALES + ROWS,
              blocks,
              blockBytes(type),
              part,
              heads,
              x.sums(),
              x.sumsAt(token),
              y,
              at);
        }
      }
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
      FloatVector s3 = zero();
      long block = start + b * (SCALES + 2L * ROWS);
      IntVector w0 = ints(block);
      IntVector w1 = ints(block + 64);
      IntVector w2 = ints(block + 128);
      IntVector w3 = ints(block + 192);
      for (int j = 0; j < 8; j++) {
        int k = at + b * BLOCK + j;
        s0 = floats(w0.lanewise(LSHL, 28 - 4 * j).lanewise(ASHR, 28)).fma(broadcast(x[k]), s0);
        s1 = floats(w1.lanewise(LSHL, 28 - 4 * j).lanewise(ASHR, 28)).fma(broadcast(x[k + 8]), s1);
        s2 = floats(w2.lanewise(LSHL, 28 - 4 * j).lanewise(ASHR, 28)).fma(broadcast(x[k + 16]), s2);
        s3 = floats(w3.lanewise(LSHL, 28 - 4 * j).lanewise(ASHR, 28)).fma(broadcast(x[k + 24]), s3);
      }
      a = s0.add(s1).add(s2.add(s3)).fma(scales(scale + b * (SCALES + 2L * ROWS)), a);
    }
    a.intoArray(y, to);
  }

  private static void plain(
      long group, int blocks, int part, float[] x, int at, float[] y, int to) {
    long start = Lanes.address(group + 4L * part * WIDTH);
    long scale = Lanes.address(group + 2L * part * WIDTH + SCALES);
    FloatVector a = zero();
    for (int b = 0; b < blocks; b++) {
      FloatVector s0 = zero();
      FloatVector s1 = zero();
      FloatVector s2 = zero();
      FloatVector s3 = zero();
      long block = start + b * (SCALES + 4L * ROWS);
      IntVector w0 = ints(block);
      IntVector w1 = ints(block + 64);
      IntVector w2 = ints(block + 128);
      IntVector w3 = ints(block + 192);
      for (int j = 0; j < 8; j++) {
        int k = at + b * BLOCK + j;
        s0 = floats(w0.lanewise(LSHL, 28 - 4 * j).lanewise(LSHR, 28)).fma(broadcast(x[k]), s0);
        s1 = floats(w1.lanewise(LSHL, 28 - 4 * j).lanewise(LSHR, 28)).fma(broadcast(x[k + 8]), s1);
        s2 = floats(w2.lanewise(LSHL, 28 - 4 * j).lanewise(LSHR, 28)).fma(broadcast(x[k + 16]), s2);
        s3 = floats(w3.lanewise(LSHL, 28 - 4 * j).lanewise(LSHR, 28)).fma(broadcast(x[k + 24]), s3);
      }
      a = s0.add(s1).add(s2.add(s3)).fma(scales(scale + b * (SCALES + 4L * ROWS)), a);
    }
    a.intoArray(y, to);
  }

  private static void scaled(
      long group, int blocks, int part, float[] x, int at, float[] heads, float[] y, int to) {
    long start = Lanes.address(group + 4L * part * WIDTH);
    long scale = Lanes.address(group + SCALES);
    FloatVector a = zero();
    for (int b = 0; b < blocks; b++) {
      FloatVector s0 = zero();
      FloatVector s1 = zero();
      FloatVector s2 = zero();
      FloatVector s3 = zero();
      long block = start + b * (SCALES + 2L * ROWS);
      IntVector w0 = ints(block);
      IntVector w1 = ints(block + 64);
      IntVector w2 = ints(block + 128);
      IntVector w3 = ints(block + 192);
      for (int j = 0; j < 8; j++) {
        int k = at + b * BLOCK + j;
        s0 = floats(w0.lanewise(LSHL, 28 - 4 * j).lanewise(LSHR, 28)).fma(broadcast(x[k]), s0);
        s1 = floats(w1.lanewise(LSHL, 28 - 4 * j).lanewise(LSHR, 28)).fma(broadcast(x[k + 8]), s1);
        s2 = floats(w2.lanewise(LSHL, 28 - 4 * j).lanewise(LSHR, 28)).fma(broadcast(x[k + 16]), s2);
        s3 = floats(w3.lanewise(LSHL, 28 - 4 * j).lanewise(LSHR, 28)).fma(broadcast(x[k + 24]), s3);
      }
      long s = scale + b * (SCALES + 2L * ROWS);
      int head = (b >> 3) * 2 * ROWS + part * WIDTH;
      FloatVector d = floats(Lanes.bytes(s, part)).mul(Lanes.load(heads, head));
      a = s0.add(s1).add(s2.add(s3)).fma(d, a);
    }
    a.intoArray(y, to);
  }
}
