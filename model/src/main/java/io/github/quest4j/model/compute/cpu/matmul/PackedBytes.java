package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.F;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.HALF_BITS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.HALF_UNIT;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.I;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.MEMORY;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.ORDER;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.SHORTS;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.BYTES;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.SIXTY_FOUR;
import static io.github.quest4j.model.compute.cpu.matmul.Mantissas.TWO_FIFTY_SIX;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.S2I;

import io.github.quest4j.model.gguf.GgmlType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Quants of eight bits: eight ints of four columns. Quants of six bits are kept in eight as well,
 * the lowest two zero: nothing that packs them closer was read as fast. Of these each 16 columns
 * have a scale, which follows them.
 */
final class PackedBytes extends PackedKernel {
  private static final long SCALES = 512; // bytes of the quants of a block
  private static final long NEXT = SCALES + 2L * ROWS;

  PackedBytes(GgmlType type) {
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
    FloatVector a = FloatVector.zero(F); // y is, and loaded it makes this loop 15 % slower
    for (int b = 0; b < blocks; b++) {
      long block = start + b * NEXT;
      FloatVector s = FloatVector.broadcast(F, -base * sums[sumsAt + b]);
      for (int i = 0; i < 4; i++) {
        FloatVector c = FloatVector.zero(F);
        int k = at + b * BLOCK + i * 8;
        IntVector w = IntVector.fromMemorySegment(I, MEMORY, block + i * 128L, ORDER);
        FloatVector q = w.and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k]), c);
        q = w.lanewise(LSHR, 8).and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 1]), c);
        q = w.lanewise(ROL, 16).and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 2]), c);
        q = w.lanewise(LSHL, 8).and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 3]), c);
        w = IntVector.fromMemorySegment(I, MEMORY, block + i * 128L + 64, ORDER);
        q = w.and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 4]), c);
        q = w.lanewise(LSHR, 8).and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 5]), c);
        q = w.lanewise(ROL, 16).and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 6]), c);
        q = w.lanewise(LSHL, 8).and(BYTES).or(TWO_FIFTY_SIX).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 7]), c);
        s = s.add(c);
      }
      FloatVector d =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, MEMORY, scale + b * NEXT, ORDER)
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
    long scale = Lanes.address(blocks + SCALES / 2 + Lanes.offset(part));
    int piece = Lanes.piece(part);
    FloatVector head = FloatVector.fromArray(F, heads, part * WIDTH);
    FloatVector a = FloatVector.fromArray(F, y, to);
    for (int u = 0; u < SUPER / ROWS; u++) {
      long next = u * (NEXT / 2);
      long unit = start + next;
      FloatVector s = FloatVector.broadcast(F, -base * sums[sumsAt + u]);
      for (int i = 0; i < 2; i++) {
        FloatVector c = FloatVector.zero(F);
        int k = at + u * ROWS + i * 8;
        IntVector w = IntVector.fromMemorySegment(I, MEMORY, unit + i * 128L, ORDER);
        FloatVector q = w.and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k]), c);
        q = w.lanewise(LSHR, 8).and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 1]), c);
        q = w.lanewise(ROL, 16).and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 2]), c);
        q = w.lanewise(LSHL, 8).and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 3]), c);
        w = IntVector.fromMemorySegment(I, MEMORY, unit + i * 128L + 64, ORDER);
        q = w.and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 4]), c);
        q = w.lanewise(LSHR, 8).and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 5]), c);
        q = w.lanewise(ROL, 16).and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 6]), c);
        q = w.lanewise(LSHL, 8).and(BYTES).or(SIXTY_FOUR).reinterpretAsFloats();
        c = q.fma(FloatVector.broadcast(F, x[k + 7]), c);
        s = s.add(c);
      }
      FloatVector d =
          ((FloatVector)
                  ((IntVector)
                          ByteVector.fromMemorySegment(Lanes.BYTES, MEMORY, scale + next, ORDER)
                              .convertShape(B2I, I, piece))
                      .convert(I2F, 0))
              .mul(head);
      a = s.fma(d, a);
    }
    a.intoArray(y, to);
  }
}
