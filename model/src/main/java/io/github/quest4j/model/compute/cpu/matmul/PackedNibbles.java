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
import java.util.Arrays;
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
    Arrays.fill(y, to, to + ROWS, 0);
    for (int part = 0; part < PARTS; part++) {
      int at = to + part * WIDTH;
      switch (type) {
        case Q4_0 -> signed(group, columns / BLOCK, part, x.values(), x.at(token), y, at);
        case Q4_1 -> segments(group, columns / BLOCK, x, token, part, y, at);
        default -> supers(group, columns / SUPER, x, token, part, heads, y, at);
      }
    }
  }

  private static void segments(
      long group, int blocks, DecodeActivations x, int token, int part, float[] y, int to) {
    int bytes = blockBytes(GgmlType.Q4_1);
    for (int b = 0; b < blocks; b += SEGMENT) {
      int count = Math.min(SEGMENT, blocks - b);
      long at = group + (long) b * bytes;
      plain(at, count, part, x.values(), x.at(token) + b * BLOCK, y, to);
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
    int bytes = blockBytes(GgmlType.Q4_K);
    int head = headBytes(GgmlType.Q4_K);
    for (int i = 0; i < supers; i++) {
      long at = group + i * (head + 8L * bytes);
      heads(at, 2, heads);
      scaled(at + head, part, x.values(), x.at(token) + i * 8 * BLOCK, heads, y, to);
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
      FloatVector d = floats(Lanes.bytes(s, part)).mul(head);
      a = s0.add(s1).add(s2.add(s3)).fma(d, a);
    }
    a.intoArray(y, to);
  }
}
