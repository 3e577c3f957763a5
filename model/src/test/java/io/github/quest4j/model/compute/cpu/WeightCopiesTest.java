package io.github.quest4j.model.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.model.compute.StepRows;
import io.github.quest4j.model.compute.Tensor;
import io.github.quest4j.model.compute.Weight;
import io.github.quest4j.model.gguf.GgmlType;
import io.github.quest4j.model.gguf.GgufTensor;
import io.github.quest4j.model.gguf.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies of weights are accounted before they are made, given back, and done without. */
class WeightCopiesTest {
  private static final int ROWS = 40;
  private static final int COLUMNS = 64;
  private static final long STORED = ROWS * (COLUMNS / 32 * 34L);
  private static final long COPY = 48 * (COLUMNS / 32 * 34L); // whole groups of 16 rows

  private static GgufTensor tensor(Arena arena) {
    MemorySegment data = arena.allocate(STORED, 64);
    for (long block = 0; block < STORED / 34; block++) {
      data.set(ValueLayout.JAVA_SHORT_UNALIGNED, block * 34, Float.floatToFloat16(0.5f));
      for (int i = 0; i < 32; i++) {
        data.set(ValueLayout.JAVA_BYTE, block * 34 + 2 + i, (byte) (block * 7 + i * 3L));
      }
    }
    return new GgufTensor("w", GgmlType.Q8_0, Shape.of(COLUMNS, ROWS), data);
  }

  private static float[] decode(CpuBackend backend, Weight weight) {
    Tensor x = backend.tensor(1, COLUMNS);
    backend.embed(weight, new int[] {3}, 1, 1, x);
    Tensor y = backend.tensor(1, ROWS);
    backend.matmul(x, new StepRows(0, 1), List.of(weight), List.of(y));
    float[] out = new float[ROWS];
    backend.read(y, 0, out);
    return out;
  }

  @Test
  void theFirstMatrixIsCopiedAtItsSecondProductAndOthersAtTheirFirst() {
    MemoryLimit room = MemoryLimit.of(2 * COPY);
    try (Arena arena = Arena.ofShared();
        Workers workers = Workers.of(2)) {
      CpuBackend backend = new CpuBackend(workers, Kernels.best(), room);
      Weight weight = backend.weight(tensor(arena));
      assertThat(room.used()).isZero();
      assertThat(weight.bytes()).isEqualTo(STORED);
      float[] first = decode(backend, weight);
      assertThat(room.used()).isEqualTo(COPY); // reserved
      assertThat(weight.bytes()).isEqualTo(STORED);
      assertThat(decode(backend, weight)).isEqualTo(first);
      assertThat(room.used()).isEqualTo(COPY);
      assertThat(weight.bytes()).isEqualTo(COPY);
      Weight other = backend.weight(tensor(arena));
      assertThat(decode(backend, other)).isEqualTo(first);
      assertThat(room.used()).isEqualTo(2 * COPY);
      assertThat(other.bytes()).isEqualTo(COPY);
      backend.close();
      assertThat(room.used()).isZero();
    }
  }

  @Test
  void withoutRoomWeightsAreDecodedFromTheFile() {
    MemoryLimit room = MemoryLimit.of(COPY - 1);
    try (Arena arena = Arena.ofShared();
        Workers workers = Workers.of(2)) {
      CpuBackend backend = new CpuBackend(workers, Kernels.best(), room);
      Weight weight = backend.weight(tensor(arena));
      float[] stored = decode(backend, weight);
      assertThat(room.used()).isZero();
      assertThat(weight.bytes()).isEqualTo(STORED);
      CpuBackend other = new CpuBackend(workers, Kernels.best(), MemoryLimit.of(COPY));
      float[] copied = decode(other, other.weight(tensor(arena)));
      for (int i = 0; i < ROWS; i++) {
        assertThat(copied[i]).isCloseTo(stored[i], within(1e-5f * (1 + Math.abs(stored[i]))));
      }
      other.close();
      backend.close();
    }
  }
}
