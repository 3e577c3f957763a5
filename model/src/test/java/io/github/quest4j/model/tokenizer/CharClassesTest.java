package io.github.quest4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharClassesTest {
  private final CharClasses classes = new CharClasses();

  @ParameterizedTest
  @CsvSource({
    "61, 1",
    "5a, 1",
    "df, 1",
    "aa, 1",
    "1c5, 1",
    "2b0, 1",
    "5d0, 1",
    "4e00, 1",
    "ac00, 1",
    "1d4b3, 1",
    "20000, 1",
    "2ebf0, 1",
    "30, 2",
    "b2, 2",
    "bd, 2",
    "663, 2",
    "2167, 2",
    "2460, 2",
    "1d7d9, 2",
    "9, 3",
    "a, 3",
    "b, 3",
    "c, 3",
    "d, 3",
    "20, 3",
    "85, 3",
    "a0, 3",
    "1680, 3",
    "2003, 3",
    "2028, 3",
    "2029, 3",
    "202f, 3",
    "205f, 3",
    "3000, 3",
    "0, 0",
    "8, 0",
    "1c, 0",
    "1f, 0",
    "5f, 0",
    "7f, 0",
    "ad, 0",
    "301, 0",
    "180e, 0",
    "200b, 0",
    "feff, 0",
    "1f642, 0",
    "e000, 0",
    "378, 0",
    "10fffd, 0"
  })
  void knowsLettersNumbersAndSpaces(String codePoint, int expected) {
    assertThat(classes.of(Integer.parseInt(codePoint, 16))).isEqualTo((byte) expected);
  }

  @Test
  void lettersNewInUnicode16AreOther() {
    for (int c : new int[] {0x1c89, 0xa7cb, 0x10d45, 0x10d50, 0x116d0, 0x13460, 0x16d40, 0x1e5f1}) {
      assertThat(classes.of(c)).as("U+%X", c).isEqualTo(CharClasses.OTHER);
    }
  }

  /** A JDK with a later Unicode fails here: its new letters then belong into the exceptions. */
  @Test
  void allOfUnicodeIsClassifiedAsBefore() {
    CRC32 sum = new CRC32();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      sum.update(classes.of(c));
    }
    assertThat(sum.getValue()).isEqualTo(CHECKSUM);
  }

  private static final long CHECKSUM = 0xf6939f95L;
}
