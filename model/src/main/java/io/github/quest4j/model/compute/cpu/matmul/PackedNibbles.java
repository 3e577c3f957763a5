package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.HALF_BITS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.HALF_UNIT;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.I;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.MEMORY;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ORDER;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.SHORTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.FOURS;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.SIXTEEN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Quants of four bits: four ints of eight columns. */
final class PackedNibbles extends PackedKernel {
  private static final long SCALES = 256; // bytes of the quants of a block

  PackedNibbles(GgmlType type) {
    super(type);
  }

  @Override
  void plain(
      long group,
      int blocks,
      int part,
      float[] x,
      int at,
      float[] sums,
      int sumsAt,
      float[] y,
      int to) {
    long start = Lanes.address(group + 4L * part * WIDTH);
    long scale = Lanes.address(group + 2L * part * WIDTH + SCALES);
    FloatVector a = FloatVector.fromArray(F, y, to);
    for (int b = 0; b < blocks; b++) {
      long block = start + b * bytes;
      FloatVector s = FloatVector.broadcast(F, -base * sums[sumsAt + b]);
      for (int i = 0; i < 4; i++) {
        FloatVector c = FloatVector.zero(F);
        int k = at + b * BLOCK + i * 8;
        IntVector w = IntVector.fromMemorySegment(I, MEMORY, block + i * 64L, ORDER);
        FloatVector q = w.and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k]), c);
        q = w.lanewise(LSHR, 4).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 1]), c);
        q = w.lanewise(LSHR, 8).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 2]), c);
        q = w.lanewise(ROL, 20).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 3]), c);
        q = w.lanewise(LSHL, 16).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 4]), c);
        q = w.lanewise(LSHL, 12).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 5]), c);
        q = w.lanewise(LSHL, 8).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 6]), c);
        q = w.lanewise(LSHL, 4).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 7]), c);
        s = s.add(c);
      }
      FloatVector d =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, MEMORY, scale + b * bytes, ORDER)
                      .convertShape(S2I, I, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_UNIT);
      a = s.fma(d, a);
    }
    a.intoArray(y, to);
  }

  @Override
  void scaled(
      long blocks,
      int part,
      float[] x,
      int at,
      float[] sums,
      int sumsAt,
      float[] heads,
      float[] y,
      int to) {
    long start = Lanes.address(blocks + 4L * part * WIDTH);
    long scale = Lanes.address(blocks + SCALES + Lanes.offset(part));
    int piece = Lanes.piece(part);
    FloatVector head = FloatVector.fromArray(F, heads, part * WIDTH);
    FloatVector a = FloatVector.fromArray(F, y, to);
    for (int b = 0; b < SUPER / BLOCK; b++) {
      long next = b * bytes;
      long block = start + next;
      FloatVector s = FloatVector.broadcast(F, -base * sums[sumsAt + b]);
      for (int i = 0; i < 4; i++) {
        FloatVector c = FloatVector.zero(F);
        int k = at + b * BLOCK + i * 8;
        IntVector w = IntVector.fromMemorySegment(I, MEMORY, block + i * 64L, ORDER);
        FloatVector q = w.and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k]), c);
        q = w.lanewise(LSHR, 4).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 1]), c);
        q = w.lanewise(LSHR, 8).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 2]), c);
        q = w.lanewise(ROL, 20).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 3]), c);
        q = w.lanewise(LSHL, 16).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 4]), c);
        q = w.lanewise(LSHL, 12).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 5]), c);
        q = w.lanewise(LSHL, 8).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 6]), c);
        q = w.lanewise(LSHL, 4).and(FOURS).or(SIXTEEN).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 7]), c);
        s = s.add(c);
      }
      FloatVector d =
          ((FloatVector)
                  ((IntVector)
                          ByteVector.fromMemorySegment(Lanes.BYTES, MEMORY, scale + next, ORDER)
                              .convertShape(ZERO_EXTEND_B2I, I, piece))
                      .convert(I2F, 0))
              .mul(head);
      a = s.fma(d, a);
    }
    a.intoArray(y, to);
  }
}
