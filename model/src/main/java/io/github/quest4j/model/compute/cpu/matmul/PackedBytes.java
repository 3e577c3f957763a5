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
    int blocks = columns / BLOCK;
    if (type == GgmlType.Q6_K) {
      heads(group, columns / 256, heads);
    }
    for (int part = 0; part < PARTS; part++) {
      int at = to + part * WIDTH;
      if (type == GgmlType.Q6_K) {
        long first = group + columns / 256L * headBytes(type);
        sixteens(first, blocks, part, x.values(), x.at(token), heads, y, at);
      } else {
        signed(group, blocks, part, x.values(), x.at(token), y, at);
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

  /** With a scale for each 16 columns, which follows their quants. */
  private static void sixteens(
      long group, int blocks, int part, float[] x, int at, float[] heads, float[] y, int to) {
    long start = Lanes.address(group + 4L * part * WIDTH);
    long scale = Lanes.address(group + SCALES / 2);
    FloatVector a = zero();
    for (int half = 0; half < 2 * blocks; half++) { // of a block
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
      FloatVector d =
          floats(Lanes.signedBytes(scale + half * (BYTES / 2), part))
              .mul(Lanes.load(heads, (half >> 4) * ROWS + part * WIDTH));
      a = s0.add(s1).add(s2.add(s3)).fma(d, a);
    }
    a.intoArray(y, to);
  }
}
