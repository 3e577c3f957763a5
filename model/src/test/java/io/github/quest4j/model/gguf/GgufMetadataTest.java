package io.github.quest4j.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufMetadataTest {
  @TempDir Path folder;

  @Test
  void integersOfEveryWidth() {
    GgufWriter writer =
        new GgufWriter()
            .uint8("u8", 255)
            .int8("i8", -128)
            .uint16("u16", 65535)
            .int16("i16", -32768)
            .uint32("u32", 4294967295L)
            .int32("i32", Integer.MIN_VALUE)
            .uint64("u64", -1)
            .uint64("u64 small", 5)
            .int64("i64", Long.MIN_VALUE);
    read(
        writer,
        m -> {
          assertThat(m.integer("u8")).isEqualTo(255);
          assertThat(m.integer("i8")).isEqualTo(-128);
          assertThat(m.integer("u16")).isEqualTo(65535);
          assertThat(m.integer("i16")).isEqualTo(-32768);
          assertThat(m.longInteger("u32")).isEqualTo(4294967295L);
          assertThat(m.integer("i32")).isEqualTo(Integer.MIN_VALUE);
          assertThat(m.integer("u64 small")).isEqualTo(5);
          assertThat(m.longInteger("i64")).isEqualTo(Long.MIN_VALUE);
          assertThat(m.number("i8")).isEqualTo(-128.0);
          fails(
              () -> m.integer("u32"),
              "metadata key 'u32' does not fit in 32 bits with sign: 4294967295");
          fails(
              () -> m.longInteger("u64"),
              "metadata key 'u64' does not fit in 64 bits with sign: 18446744073709551615");
          fails(() -> m.number("u64"), "metadata key 'u64' does not fit in 64 bits");
        });
  }

  @Test
  void otherScalars() {
    GgufWriter writer =
        new GgufWriter()
            .float32("f32", 1e-6f)
            .float64("f64", Math.PI)
            .bool("yes", true)
            .bool("no", false)
            .string("text", "grüß 世界 \uD83D\uDE00")
            .string("empty", "");
    read(
        writer,
        m -> {
          assertThat((float) m.number("f32")).isEqualTo(1e-6f);
          assertThat(m.number("f64")).isEqualTo(Math.PI);
          assertThat(m.bool("yes")).isTrue();
          assertThat(m.bool("no")).isFalse();
          assertThat(m.string("text")).isEqualTo("grüß 世界 \uD83D\uDE00");
          assertThat(m.optionalString("empty")).contains("");
          assertThat(m.keys()).containsExactly("f32", "f64", "yes", "no", "text", "empty");
        });
  }

  @Test
  void arrays() {
    GgufWriter writer =
        new GgufWriter()
            .strings("strings", List.of("a", "", "▁the", "\uD83D\uDE00"))
            .strings("bytes", new byte[] {(byte) 0xe2, (byte) 0x96}, new byte[] {0})
            .strings("no strings", List.of())
            .ints("ints", 1, -2, Integer.MAX_VALUE)
            .uints("uints", 7, 4294967295L)
            .ulongs("ulongs", 7, -1)
            .floats("floats", 1.5f, -0f)
            .doubles("doubles", 0.1)
            .bools("bools", true, false, true)
            .nested("nested", 4);
    read(
        writer,
        m -> {
          assertThat(m.strings("strings")).containsExactly("a", "", "▁the", "\uD83D\uDE00");
          assertThat(m.strings("no strings")).isEmpty();
          assertThat(m.strings("bytes").bytes(0)).containsExactly(0xe2, 0x96);
          assertThat(m.strings("bytes").get(0)).isEqualTo("\uFFFD");
          assertThat(m.strings("bytes").get(1)).isEqualTo("\0");
          assertThatThrownBy(() -> m.strings("bytes").get(2))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThat(m.ints("ints")).containsExactly(1, -2, Integer.MAX_VALUE);
          assertThat(m.floats("floats")).containsExactly(1.5f, -0f);
          assertThat(m.floats("doubles")).containsExactly(0.1f);
          assertThat(m.floats("uints")).containsExactly(7f, 0x1p32f);
          assertThat(m.bools("bools")).containsExactly(true, false, true);
          fails(() -> m.ints("uints"), "metadata key 'uints' does not fit in 32 bits");
          fails(() -> m.ints("ulongs"), "metadata key 'ulongs' does not fit in 64 bits");
          fails(() -> m.floats("ulongs"), "metadata key 'ulongs' does not fit in 64 bits");
          fails(
              () -> m.ints("nested"),
              "metadata key 'nested' is an array of 1 array; expected an array of integers");
        });
  }

  @Test
  void absentKeys() {
    read(
        new GgufWriter().uint32("other", 1),
        m -> {
          assertThat(m.contains("a")).isFalse();
          assertThat(m.isArray("a")).isFalse();
          assertThat(m.optionalString("a")).isEmpty();
          assertThat(m.string("a", "b")).isEqualTo("b");
          assertThat(m.integer("a", 3)).isEqualTo(3);
          assertThat(m.longInteger("a", 4L)).isEqualTo(4);
          assertThat(m.number("a", 0.5)).isEqualTo(0.5);
          assertThat(m.bool("a", true)).isTrue();
          fails(() -> m.string("a"), "metadata key 'a' is missing; expected a string");
          fails(() -> m.integer("a"), "metadata key 'a' is missing; expected an integer");
          fails(() -> m.longInteger("a"), "metadata key 'a' is missing; expected an integer");
          fails(() -> m.number("a"), "metadata key 'a' is missing; expected a number");
          fails(() -> m.bool("a"), "metadata key 'a' is missing; expected a bool");
          fails(() -> m.strings("a"), "'a' is missing; expected an array of strings");
          fails(() -> m.ints("a"), "'a' is missing; expected an array of integers");
          fails(() -> m.floats("a"), "'a' is missing; expected an array of numbers");
          fails(() -> m.bools("a"), "'a' is missing; expected an array of bools");
          fails(() -> m.intsOrScalar("a", 2), "'a' is missing; expected an integer or array of 2");
          fails(() -> m.typeName("a"), "metadata key 'a' is missing");
          fails(() -> m.text("a"), "metadata key 'a' is missing");
        });
  }

  @Test
  void wrongTypesAreNamed() {
    GgufWriter writer =
        new GgufWriter()
            .string("s", "x")
            .uint32("u", 1)
            .float32("f", 1)
            .bool("b", true)
            .strings("ss", List.of("x"))
            .floats("fs", 1)
            .bools("bs", true);
    read(
        writer,
        m -> {
          fails(() -> m.string("u"), "metadata key 'u' is a uint32; expected a string");
          fails(() -> m.optionalString("f"), "metadata key 'f' is a float32; expected a string");
          fails(() -> m.integer("f"), "metadata key 'f' is a float32; expected an integer");
          fails(() -> m.integer("s", 1), "metadata key 's' is a string; expected an integer");
          fails(() -> m.longInteger("b"), "metadata key 'b' is a bool; expected an integer");
          fails(() -> m.number("s", 1), "metadata key 's' is a string; expected a number");
          fails(() -> m.bool("u"), "metadata key 'u' is a uint32; expected a bool");
          fails(() -> m.strings("s"), "metadata key 's' is a string; expected an array of strings");
          fails(() -> m.ints("ss"), "'ss' is an array of 1 string; expected an array of integers");
          fails(() -> m.ints("fs"), "'fs' is an array of 1 float32; expected an array of integers");
          fails(() -> m.ints("bs"), "'bs' is an array of 1 bool; expected an array of integers");
          fails(() -> m.floats("bs"), "'bs' is an array of 1 bool; expected an array of numbers");
          fails(() -> m.bools("fs"), "'fs' is an array of 1 float32; expected an array of bools");
        });
  }

  @Test
  void oneIntegerStandsForAllLayers() {
    read(
        new GgufWriter().uint32("scalar", 3).ints("array", 3, 4).float32("float", 3),
        m -> {
          assertThat(m.isArray("scalar")).isFalse();
          assertThat(m.isArray("array")).isTrue();
          assertThat(m.intsOrScalar("scalar", 3)).containsExactly(3, 3, 3);
          assertThat(m.intsOrScalar("array", 2)).containsExactly(3, 4);
          fails(
              () -> m.intsOrScalar("array", 3),
              "'array' is an array of 2 int32; expected an integer or array of 3 integers");
          fails(
              () -> m.intsOrScalar("float", 3),
              "'float' is a float32; expected an integer or array of 3 integers");
        });
  }

  @Test
  void valuesCanBeShown() {
    GgufWriter writer =
        new GgufWriter()
            .string("s", "two\nlines \u001b[31m")
            .uint64("u64", -1)
            .float32("f", 0.1f)
            .floats("fs", 0.1f)
            .bools("bs", true)
            .strings("vocabulary", Collections.nCopies(100, "t"))
            .nested("nested", 2);
    read(
        writer,
        m -> {
          assertThat(m.text("s")).isEqualTo("'two?lines ?[31m'");
          assertThat(m.text("u64")).isEqualTo("18446744073709551615");
          assertThat(m.text("f")).isEqualTo("0.1");
          assertThat(m.text("fs")).isEqualTo("[0.1]");
          assertThat(m.text("bs")).isEqualTo("[true]");
          assertThat(m.text("vocabulary")).startsWith("['t', 't',").endsWith(", … 100 in all]");
          assertThat(m.text("nested")).isEqualTo("array of 1 array");
          assertThat(m.typeName("vocabulary")).isEqualTo("array of 100 string");
        });
  }

  @Test
  void longNamesAreCutInMessages() {
    String key = "k".repeat(60_000);
    read(
        new GgufWriter().uint32(key, 1),
        m -> assertThatThrownBy(() -> m.string(key)).message().hasSizeLessThan(500));
  }

  private void read(GgufWriter writer, Consumer<GgufMetadata> test) {
    try (GgufFile file = GgufFile.open(writer.write(folder.resolve("model.gguf")))) {
      test.accept(file.metadata());
    }
  }

  private void fails(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(GgufException.class)
        .hasMessageStartingWith(folder.resolve("model.gguf") + ": ")
        .hasMessageContaining(message);
  }
}
