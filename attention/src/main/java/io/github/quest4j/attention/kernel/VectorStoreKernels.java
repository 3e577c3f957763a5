package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.HALVES;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

final class VectorStoreKernels implements StoreKernels {

  private static final int ABS = 0x7fffffff;
  private static final int SMALLEST_NORMAL = 0x38800000; // 2^-14 as a float's bits
  private static final short NAN = 0x7e00;

  private final StoreKernels tail = new ScalarStoreKernels();

  @Override
  public void toHalf(
      float[] source, int offset, MemorySegment target, long targetOffset, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector value = FloatVector.fromArray(FLOATS, source, offset + i);
      half(value).intoMemorySegment(target, targetOffset + 2L * i, ByteOrder.LITTLE_ENDIAN);
    }
    tail.toHalf(source, offset + i, target, targetOffset + 2L * i, count - i);
  }

  @Override
  public void toFloat(
      MemorySegment source, long sourceOffset, float[] target, int offset, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      ShortVector half =
          ShortVector.fromMemorySegment(
              HALVES, source, sourceOffset + 2L * i, ByteOrder.LITTLE_ENDIAN);
      IntVector bits = (IntVector) half.convertShape(VectorOperators.S2I, VectorShapes.INTS, 0);
      VectorShapes.highHalves(bits.lanewise(VectorOperators.LSHL, 16))
          .mul(VectorShapes.HALF_SCALE)
          .intoArray(target, offset + i);
    }
    tail.toFloat(source, sourceOffset + 2L * i, target, offset + i, count - i);
  }

  static ShortVector half(FloatVector value) {
    IntVector bits = value.reinterpretAsInts();
    IntVector sign = bits.lanewise(VectorOperators.LSHR, 16).and(0x8000);
    FloatVector size = bits.and(ABS).reinterpretAsFloats().min(ScalarStoreKernels.MAX_HALF);
    IntVector sizeBits = size.reinterpretAsInts();
    // Normal: drop 13 bits, half of the last kept one added, ties by its own value.
    IntVector odd = sizeBits.lanewise(VectorOperators.LSHR, 13).and(1);
    IntVector normal =
        sizeBits.add(odd).add(0x0fff - (112 << 23)).lanewise(VectorOperators.LSHR, 13);
    // Subnormal: adding 1/2 leaves the half's bits in the low end of the sum, rounded by the adder.
    IntVector subnormal = size.add(0.5f).reinterpretAsInts().sub(Float.floatToRawIntBits(0.5f));
    VectorMask<Integer> small = sizeBits.compare(VectorOperators.LT, SMALLEST_NORMAL);
    IntVector half = normal.blend(subnormal, small).or(sign);
    half = half.blend(NAN, value.test(VectorOperators.IS_NAN).cast(VectorShapes.INTS));
    return (ShortVector) half.convertShape(VectorOperators.I2S, HALVES, 0);
  }
}
