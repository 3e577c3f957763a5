package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.PARTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.broadcast;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ints;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.scales;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import io.github.quest4j.model.gguf.GgmlType;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Signed quants of eight bits: eight ints of four columns. Quants of six bits are kept so as well:
 * nothing that packs them closer was read as fast.
 */
final class PackedBytes extends PackedKernel {
  private static final long SCALES = 512; // bytes of the quants of a block
  private static final long BYTES = SCALES + 2L * ROWS;

  private final GgmlType type;

  PackedBytes(GgmlType type) {
    this.type = type;
  }

  @Override
  void accumulate(
      long group, int columns, DecodeActivations x, int token, float[] heads, float[] y, int to) {
    Arrays.fill(y, to, to + ROWS, 0);
    for (int part = 0; part < PARTS; part++) {
      int at = to + part * WIDTH;
      if (type == GgmlType.Q8_0) {
        signed(group, columns / BLOCK, part, x.values(), x.at(token), y, at);
        continue;
      }
      int head = headBytes(type);
      for (int i = 0; i < columns / SUPER; i++) {
        long first = group + i * (head + 8L * BYTES);
        heads(first, 1, heads);
        sixteens(first + head, part, x.values(), x.at(token) + i * SUPER, heads, y, at);
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
      for (int half = 0; half < 2; half++) {
        long block = start + b * BYTES + half * 256L;
        IntVector w0 = ints(block);
        IntVector w1 = ints(block + 64);
        IntVector w2 = ints(block + 128);
        IntVector w3 = ints(block + 192);
        for (int j = 0; j < 4; j++) {
          int k = at + b * BLOCK + half * 16 + j;
          s0 = floats(w0.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24)).fma(broadcast(x[k]), s0);
          s1 =
              floats(w1.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24)).fma(broadcast(x[k + 4]), s1);
          s2 =
              floats(w2.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24)).fma(broadcast(x[k + 8]), s2);
          s3 =
              floats(w3.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24))
                  .fma(broadcast(x[k + 12]), s3);
        }
      }
      a = s0.add(s1).add(s2.add(s3)).fma(scales(scale + b * BYTES), a);
    }
    a.intoArray(y, to);
  }

  /** Adds 256 columns, with a scale for each 16, which follows their quants. */
  private static void sixteens(
      long blocks, int part, float[] x, int at, float[] heads, float[] y, int to) {
    long start = Lanes.address(blocks + 4L * part * WIDTH);
    long scale = Lanes.address(blocks + SCALES / 2);
    FloatVector head = Lanes.load(heads, part * WIDTH);
    FloatVector a = Lanes.load(y, to);
    for (int half = 0; half < SUPER / ROWS; half++) {
      FloatVector s0 = zero();
      FloatVector s1 = zero();
      FloatVector s2 = zero();
      FloatVector s3 = zero();
      long block = start + half * (BYTES / 2);
      IntVector w0 = ints(block);
      IntVector w1 = ints(block + 64);
      IntVector w2 = ints(block + 128);
      IntVector w3 = ints(block + 192);
      for (int j = 0; j < 4; j++) {
        int k = at + half * 16 + j;
        s0 = floats(w0.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24)).fma(broadcast(x[k]), s0);
        s1 = floats(w1.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24)).fma(broadcast(x[k + 4]), s1);
        s2 = floats(w2.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24)).fma(broadcast(x[k + 8]), s2);
        s3 = floats(w3.lanewise(LSHL, 24 - 8 * j).lanewise(ASHR, 24)).fma(broadcast(x[k + 12]), s3);
      }
      FloatVector d = floats(Lanes.signedBytes(scale + half * (BYTES / 2), part)).mul(head);
      a = s0.add(s1).add(s2.add(s3)).fma(d, a);
    }
    a.intoArray(y, to);
  }
}
