package io.github.quest4j.model.compute.cpu.matmul;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Blocks written by hand, with the values that the block structures of ggml give them. */
class DequantizerTest {
  private static float[] decode(GgmlType type, int... bytes) {
    byte[] block = new byte[type.blockBytes()];
    for (int i = 0; i < bytes.length; i += 2) {
      block[bytes[i]] = (byte) bytes[i + 1];
    }
    MemorySegment data = Arena.ofAuto().allocate(block.length);
    MemorySegment.copy(block, 0, data, ValueLayout.JAVA_BYTE, 0, block.length);
    float[] scalar = new float[type.blockSize()];
    float[] vector = new float[type.blockSize()];
    MatmulWeights w = new MatmulWeights(data, type, 1, type.blockSize());
    Dequantizer.row(w, 0, 0, scalar.length, scalar, 0);
    new VectorMatmul().row(w, 0, vector, 0);
    assertThat(vector).isEqualTo(scalar);
    return scalar;
  }

  @Test
  void plainTypes() {
    assertThat(decode(GgmlType.F32, 2, 0x20, 3, 0xc1)).containsExactly(-10f);
    assertThat(decode(GgmlType.F16, 0, 1, 1, 0x80)).containsExactly(-0x1p-24f);
    assertThat(decode(GgmlType.BF16, 0, 0x20, 1, 0xc1)).containsExactly(-10f);
  }

  @Test
  void q8() {
    float[] w = decode(GgmlType.Q8_0, 1, 0x38, 2, 0x80, 33, 127); // d = 0.5
    assertThat(w[0]).isEqualTo(-64f);
    assertThat(w[1]).isEqualTo(0f);
    assertThat(w[31]).isEqualTo(63.5f);
  }

  @Test
  void q4() {
    float[] w = decode(GgmlType.Q4_0, 1, 0x40, 2, 0x3f, 17, 0x80); // d = 2
    assertThat(w[0]).isEqualTo(14f);
    assertThat(w[16]).isEqualTo(-10f);
    assertThat(w[15]).isEqualTo(-16f);
    assertThat(w[31]).isEqualTo(0f);
    w = decode(GgmlType.Q4_1, 1, 0x40, 3, 0xbc, 4, 0x3f, 19, 0x80); // d = 2, m = -1
    assertThat(w[0]).isEqualTo(29f);
    assertThat(w[16]).isEqualTo(5f);
    assertThat(w[15]).isEqualTo(-1f);
    assertThat(w[31]).isEqualTo(15f);
  }

  @Test
  void q5() {
    float[] w = decode(GgmlType.Q5_0, 1, 0x40, 2, 0x01, 5, 0x80, 6, 0x3f, 21, 0x80); // d = 2
    assertThat(w[0]).isEqualTo(30f);
    assertThat(w[16]).isEqualTo(-26f);
    assertThat(w[15]).isEqualTo(-32f);
    assertThat(w[31]).isEqualTo(16f);
    w = decode(GgmlType.Q5_1, 1, 0x40, 3, 0xbc, 4, 0x01, 7, 0x80, 8, 0x3f, 23, 0x80);
    assertThat(w[0]).isEqualTo(61f);
    assertThat(w[16]).isEqualTo(5f);
    assertThat(w[15]).isEqualTo(-1f);
    assertThat(w[31]).isEqualTo(47f);
  }

  @Test
  void q4K() {
    // d = 2, minimum scale 1; scales of group 1: 5, of 6: 50; minima 7 and 19
    int[] bytes = {1, 0x40, 3, 0x3c, 5, 5, 6, 0xc0, 9, 7, 10, 0x40, 14, 0x32, 16, 0x90, 112, 0x0b};
    float[] w = decode(GgmlType.Q4_K, bytes);
    assertThat(w[0]).isEqualTo(0f);
    assertThat(w[32]).isEqualTo(2 * 5 * 9 - 7f);
    assertThat(w[33]).isEqualTo(-7f);
    assertThat(w[192]).isEqualTo(2 * 50 * 11 - 19f);
    assertThat(w[193]).isEqualTo(-19f);
    assertThat(w[255]).isEqualTo(0f);
  }

  @Test
  void q5K() {
    // As above, with the fifth bits of elements 32 (bit 1 of byte 0) and 193 (bit 6 of byte 1).
    int[] bytes = {
      1, 0x40, 3, 0x3c, 5, 5, 6, 0xc0, 9, 7, 10, 0x40, 14, 0x32, 16, 2, 17, 0x40, 48, 0x90, 144,
      0x0b
    };
    float[] w = decode(GgmlType.Q5_K, bytes);
    assertThat(w[0]).isEqualTo(0f);
    assertThat(w[32]).isEqualTo(2 * 5 * 25 - 7f);
    assertThat(w[192]).isEqualTo(2 * 50 * 11 - 19f);
    assertThat(w[193]).isEqualTo(2 * 50 * 16 - 19f);
  }

  @Test
  void q6K() {
    // d = 0.5; scales of elements 0-15: 3, of 112-127: -2, of 240-255: 1
    int[] bytes = {209, 0x38, 192, 3, 199, 0xfe, 207, 1, 0, 0x2f, 63, 0x5a, 159, 0xc1, 191, 0x80};
    float[] w = decode(GgmlType.Q6_K, bytes);
    assertThat(w[0]).isEqualTo(0.5f * 3 * (15 - 32));
    assertThat(w[1]).isEqualTo(0.5f * 3 * -32);
    assertThat(w[63]).isEqualTo(0f); // scale 0
    assertThat(w[127]).isEqualTo(0.5f * -2 * (5 + 48 - 32));
    assertThat(w[255]).isEqualTo(0.5f * (32 - 32));
    assertThat(w[254]).isEqualTo(0.5f * -32);
  }

  @Test
  void aRangeOfColumns() {
    MatmulWeights w = RandomWeights.of(GgmlType.Q5_0, 3, 96, 1);
    float[] row = new float[96];
    Dequantizer.row(w, 2, 0, 96, row, 0);
    float[] part = new float[40];
    Dequantizer.row(w, 2, 31, 70, part, 1);
    for (int k = 31; k < 70; k++) {
      assertThat(part[1 + k - 31]).isEqualTo(row[k]);
    }
    assertThat(part[0]).isZero();
  }

  @Test
  void everyHalfFloat() {
    MemorySegment data = Arena.ofAuto().allocate(2 * 65536);
    for (int i = 0; i < 65536; i++) {
      data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
    }
    float[] row = new float[65536];
    new VectorMatmul().row(new MatmulWeights(data, GgmlType.F16, 1, 65536), 0, row, 0);
    for (int i = 0; i < 65536; i++) {
      assertThat(Float.valueOf(row[i])).isEqualTo(Float.valueOf(Float.float16ToFloat((short) i)));
    }
  }
}
