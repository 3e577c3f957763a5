package io.github.quest4j.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GgmlTypeTest {
  // Bits of one block, summed field by field: scales and minimums, high bits, quants.
  @ParameterizedTest
  @CsvSource({
    "F32, 0, 1, 32",
    "F16, 1, 1, 16",
    "BF16, 30, 1, 16",
    "Q4_0, 2, 32, 16 + 32*4",
    "Q4_1, 3, 32, 16 + 16 + 32*4",
    "Q5_0, 6, 32, 16 + 32*1 + 32*4",
    "Q5_1, 7, 32, 16 + 16 + 32*1 + 32*4",
    "Q8_0, 8, 32, 16 + 32*8",
    "Q8_1, 9, 32, 16 + 16 + 32*8",
    "Q2_K, 10, 256, 16 + 16 + 16*8 + 256*2",
    "Q3_K, 11, 256, 16 + 16*6 + 256*1 + 256*2",
    "Q4_K, 12, 256, 16 + 16 + 16*6 + 256*4",
    "Q5_K, 13, 256, 16 + 16 + 16*6 + 256*1 + 256*4",
    "Q6_K, 14, 256, 16 + 16*8 + 256*2 + 256*4",
    "Q8_K, 15, 256, 32 + 256*8 + 16*16",
    "IQ2_XXS, 16, 256, 16 + 32*16",
    "IQ2_XS, 17, 256, 16 + 32*16 + 8*8",
    "IQ3_XXS, 18, 256, 16 + 96*8",
    "IQ1_S, 19, 256, 16 + 32*8 + 8*16",
    "IQ4_NL, 20, 32, 16 + 32*4",
    "IQ3_S, 21, 256, 16 + 64*8 + 8*8 + 32*8 + 4*8",
    "IQ2_S, 22, 256, 16 + 64*8 + 8*8 + 8*8",
    "IQ4_XS, 23, 256, 16 + 16 + 4*8 + 256*4",
    "I8, 24, 1, 8",
    "I16, 25, 1, 16",
    "I32, 26, 1, 32",
    "I64, 27, 1, 64",
    "F64, 28, 1, 64",
    "IQ1_M, 29, 256, 32*8 + 16*8 + 8*8",
    "TQ1_0, 34, 256, 48*8 + 4*8 + 16",
    "TQ2_0, 35, 256, 64*8 + 16",
    "MXFP4, 39, 32, 8 + 32*4",
    "NVFP4, 40, 64, 4*8 + 64*4",
    "Q1_0, 41, 128, 16 + 128*1",
    "Q2_0, 42, 64, 16 + 64*2",
  })
  void blocksAreAsInGgml(GgmlType type, int id, int blockSize, String bits) {
    int sum =
        Arrays.stream(bits.split("\\+"))
            .mapToInt(term ->
                Arrays.stream(term.split("\\*"))
                    .mapToInt(factor -> Integer.parseInt(factor.strip()))
                    .reduce(1, (a, b) -> a * b))
            .sum();
    assertThat(type.id()).isEqualTo(id);
    assertThat(type.blockSize()).isEqualTo(blockSize);
    assertThat(type.blockBytes() * 8).isEqualTo(sum);
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeIsFoundByItsOwnNumber(GgmlType type) {
    assertThat(GgmlType.byId(type.id())).contains(type);
  }

  @Test
  void removedAndFutureNumbersAreUnknown() {
    for (int id : new int[] {-1, 4, 5, 36, 43, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThat(GgmlType.byId(id)).isEmpty();
    }
  }

  @Test
  void elevenTypesCanBeComputedWith() {
    assertThat(Arrays.stream(GgmlType.values()).filter(GgmlType::supported))
        .containsExactlyInAnyOrder(
            GgmlType.F32,
            GgmlType.F16,
            GgmlType.BF16,
            GgmlType.Q8_0,
            GgmlType.Q4_0,
            GgmlType.Q4_1,
            GgmlType.Q5_0,
            GgmlType.Q5_1,
            GgmlType.Q4_K,
            GgmlType.Q5_K,
            GgmlType.Q6_K);
  }

  @Test
  void bytesCountWholeBlocks() {
    assertThat(GgmlType.Q4_1.bytes(0)).isZero();
    assertThat(GgmlType.Q4_1.bytes(576 * 3)).isEqualTo(18 * 3 * 20);
    assertThat(GgmlType.Q6_K.bytes(512)).isEqualTo(420);
    assertThat(GgmlType.F32.bytes(1L << 40)).isEqualTo(1L << 42);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GgmlType.Q4_1.bytes(33))
        .withMessage("number of Q4_1 elements is not a multiple of 32: 33");
    assertThatIllegalArgumentException().isThrownBy(() -> GgmlType.F32.bytes(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GgmlType.F32.bytes(Long.MAX_VALUE / 2))
        .withMessageContaining("does not fit in 63 bits");
  }
}
