package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Valid blocks of random quants, with scales chosen by the test. */
final class RandomWeights {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private RandomWeights() {}

  static List<GgmlType> types() {
    return Stream.of(GgmlType.values()).filter(GgmlType::supported).toList();
  }

  static MatmulWeights of(GgmlType type, int rows, int columns, long seed) {
    return of(type, rows, columns, seed, 0.02f, -0.1f);
  }

  static MatmulWeights of(
      GgmlType type, int rows, int columns, long seed, float scale, float minimum) {
    Random random = new Random(seed);
    // Odd start: files align tensors, kernels do not rely on it.
    MemorySegment data = Arena.ofAuto().allocate(1 + rows * type.bytes(columns)).asSlice(1);
    byte[] bytes = new byte[(int) data.byteSize()];
    random.nextBytes(bytes);
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    for (long at = 0; at < data.byteSize(); at += type.blockBytes()) {
      float d = scale * (0.5f + random.nextFloat());
      float value = Math.clamp(d * (float) random.nextGaussian(), -65504, 65504);
      switch (type) {
        case F32 ->
            data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, d * (float) random.nextGaussian());
        case F16 -> data.set(SHORT, at, Float.floatToFloat16(value));
        case BF16 -> data.set(SHORT, at, (short) (Float.floatToIntBits(value) >> 16));
        case Q8_0, Q4_0, Q5_0 -> data.set(SHORT, at, half(scale, d));
        case Q4_1, Q5_1, Q4_K, Q5_K -> {
          data.set(SHORT, at, half(scale, d));
          data.set(SHORT, at + 2, Float.floatToFloat16(minimum));
        }
        case Q6_K -> data.set(SHORT, at + 208, half(scale, d));
        default -> throw new AssertionError(type);
      }
    }
    return new MatmulWeights(data, type, rows, columns);
  }

  private static short half(float scale, float d) {
    return Float.floatToFloat16(Math.abs(scale) == 65504 ? scale : d);
  }

  static float[] activations(int length, long seed) {
    Random random = new Random(seed);
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
