package io.github.quest4j.attention.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoreKernelsTest {

  @Test
  void halvesAreRoundedToEvenAndSaturated() {
    Random random = new Random(3);
    float[] values = new float[65536 * 3 + 4096 * 16 + 13];
    int n = 0;
    for (int bits = 0; bits < 65536; bits++) {
      // Every half, and the two points around the middle to the next.
      float half = Float.float16ToFloat((short) bits);
      float next = Float.float16ToFloat((short) (bits + 1));
      values[n++] = half;
      values[n++] = (half + next) / 2;
      values[n++] = Math.nextUp((half + next) / 2);
    }
    while (n < values.length) {
      values[n++] = Float.intBitsToFloat(random.nextInt());
    }
    try (Arena arena = Arena.ofConfined()) {
      for (int count : new int[] {0, 1, 4, 6, 13, 31, values.length}) {
        MemorySegment halves = arena.allocate(2L * values.length + 4);
        new VectorStoreKernels().toHalf(values, 0, halves, 2, count);
        for (int i = 0; i < count; i++) {
          short expected =
              Float.isNaN(values[i])
                  ? Float.floatToFloat16(Float.NaN)
                  : Float.floatToFloat16(Math.clamp(values[i], -65504f, 65504f));
          short actual = halves.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 + 2L * i);
          if (Float.isNaN(values[i])) {
            assertThat(Float.isNaN(Float.float16ToFloat(actual))).isTrue();
          } else if (actual != expected) {
            assertThat(actual).as("half of %s", values[i]).isEqualTo(expected);
          }
        }
        assertThat(halves.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 + 2L * count)).isZero();
      }
    }
  }
}
