package io.github.quest4j.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GgufHostileTest {
  private static final int TENSOR_COUNT_AT = 8;
  private static final int KEY_COUNT_AT = 16;

  @TempDir Path folder;

  private static byte[] sound() {
    return new GgufWriter()
        .string("general.architecture", "llama")
        .uint32("general.alignment", 32)
        .uint64("u64", 7)
        .float32("eps", 1e-5f)
        .bool("flag", true)
        .strings("tokens", List.of("a", "bc", "", "def"))
        .ints("heads", 3, 3)
        .nested("nested", 3)
        .tensor("a", new float[] {1, 2, 3, 4}, 2, 2)
        .tensor("b", GgmlType.Q4_0, new byte[36], 32, 2)
        .toBytes();
  }

  @Test
  void everyTruncationIsOneSentence() throws IOException {
    byte[] bytes = sound();
    int lastByteOfData = bytes.length - 32 - 32 + 36; // b: 36 bytes, padded to 64
    for (int length = 0; length < bytes.length; length++) {
      Outcome outcome = open(Arrays.copyOf(bytes, length));
      // The padding behind the last tensor may be missing; nothing else.
      assertThat(outcome.opened()).as("first %d bytes", length).isEqualTo(length >= lastByteOfData);
    }
  }

  @Test
  void everyFlippedBitIsHarmless() throws IOException {
    byte[] bytes = sound();
    int refused = 0;
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      refused += open(damaged).opened() ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomDamageIsHarmless(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = sound();
    for (int round = 0; round < 1500; round++) {
      byte[] damaged = bytes.clone();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        int at = random.nextInt(damaged.length - 8);
        switch (random.nextInt(4)) {
          case 0 -> damaged[at] = (byte) random.nextInt();
          case 1 -> damaged[at] = (byte) random.nextInt(13);
          case 2 -> little(damaged).putLong(at, random.nextLong());
          default -> little(damaged).putInt(at, -1 >>> random.nextInt(32));
        }
      }
      open(damaged);
    }
  }

  @Test
  void nothingIsAllocatedForAClaim() throws IOException {
    byte[] tokens = new GgufWriter().strings("tokens", List.of("a", "b")).toBytes();
    int sizeAt = 24 + 8 + "tokens".length() + 4 + 4;
    assertThat(little(tokens).getLong(sizeAt)).isEqualTo(2);
    for (int shift = 2; shift < 63; shift++) {
      byte[] claim = tokens.clone();
      little(claim).putLong(sizeAt, 1L << shift);
      long before = allocatedBytes();
      assertThat(open(claim).opened()).isFalse();
      assertThat(allocatedBytes() - before).isLessThan(1 << 20);
    }
  }

  private static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 1L << 62, 1L << 32, 1L << 20, 3})
  void countsThatTheFileCannotHold(long count) throws IOException {
    byte[] sound = new GgufWriter().uint8("a", 1).tensor("t", new float[1], 1).toBytes();
    byte[] keys = sound.clone();
    little(keys).putLong(KEY_COUNT_AT, count);
    byte[] tensors = sound.clone();
    little(tensors).putLong(TENSOR_COUNT_AT, count);
    assertThat(open(keys).message()).contains("metadata key");
    assertThat(open(tensors).message()).contains("tensor");
  }

  @Test
  void versionsAndByteOrders() throws IOException {
    refused(new GgufWriter().version(0), "GGUF version 0 is not supported, only 2 and 3");
    refused(new GgufWriter().version(1), "GGUF version 1 is not supported");
    refused(new GgufWriter().version(4), "GGUF version 4 is not supported");
    refused(new GgufWriter().version(-1), "GGUF version 4294967295 is not supported");
    refused(new GgufWriter().version(Integer.reverseBytes(3)), "is a big-endian GGUF file");
    byte[] swapped = new GgufWriter().toBytes();
    little(swapped).putInt(0, Integer.reverseBytes(little(swapped).getInt(0)));
    assertThat(open(swapped).message()).contains("is a big-endian GGUF file");
  }

  @Test
  void badMetadata() throws IOException {
    refused(new GgufWriter().uint8("a", 1).int8("a", 2), "metadata key 'a' is given twice");
    refused(new GgufWriter().uint64("", 1), "name of metadata key 0 is empty");
    refused(
        new GgufWriter().uint8("k".repeat(65_536), 1),
        "length of name of metadata key 0 is 65536 bytes, above the limit of 65535");
    refused(new GgufWriter().raw("a", 13, new byte[8]), "type of metadata key 'a' is unknown: 13");
    refused(
        new GgufWriter().raw("a", -1, new byte[8]),
        "type of metadata key 'a' is unknown: 4294967295");
    refused(
        new GgufWriter().raw("a", GgufValueType.BOOL.id(), new byte[] {2}),
        "metadata key 'a' is a bool but neither 0 nor 1: 2");
    refused(
        new GgufWriter().nested("a", 5),
        "metadata key 'a' has arrays nested deeper than the limit of 4");
    refused(
        new GgufWriter().nested("a", 50_000),
        "metadata key 'a' has arrays nested deeper than the limit of 4");
    refused(
        new GgufWriter().raw("a", GgufValueType.STRING.id(), longs(1L << 40)),
        "length of metadata key 'a' is 1099511627776 bytes, above the limit");
    refused(
        new GgufWriter().raw("a", GgufValueType.STRING.id(), longs(9, 0)),
        "is truncated: metadata key 'a' needs 9 bytes at offset 45, but the file ends at 53");
  }

  @Test
  void badAlignments() throws IOException {
    for (long alignment : new long[] {0, 1, 4, 12, 33, 4294967295L}) {
      refused(
          new GgufWriter().uint32("general.alignment", alignment),
          "general.alignment is not a power of two from 8 to 2^31: " + alignment);
    }
    refused(
        new GgufWriter().int64("general.alignment", Long.MIN_VALUE),
        "general.alignment is not a power of two");
    refused(
        new GgufWriter().string("general.alignment", "32"),
        "metadata key 'general.alignment' is a string; expected an integer");
    refused(
        new GgufWriter().uint32("general.alignment", 1L << 31).rawTensor("t", 0, 0, 1),
        "tensor 't' needs 4 bytes at offset 0 of the tensor data, which has only 0");
  }

  @Test
  void badTensors() throws IOException {
    refused(
        new GgufWriter().tensor("t", new float[1], 1).tensor("t", new float[1], 1),
        "tensor 't' is listed twice");
    refused(new GgufWriter().tensor("", new float[1], 1), "name of tensor 0 is empty");
    refused(
        new GgufWriter().rawTensor("t".repeat(65_536), 0, 0, 1),
        "length of name of tensor 0 is 65536 bytes, above the limit");
    refused(new GgufWriter().rawTensor("tensor", 0, 0), "has 0 dimensions, not 1 to 4");
    refused(new GgufWriter().rawTensor("t", 0, 0, 1, 1, 1, 1, 1), "has 5 dimensions, not 1 to 4");
    refused(new GgufWriter().rawTensor("t", 0, 0, 4, 0), "'t': dimension is not positive: [4, 0]");
    refused(new GgufWriter().rawTensor("t", 0, 0, -4, -4), "dimension is not positive: [-4, -4]");
    refused(
        new GgufWriter().rawTensor("t", 0, 0, 1L << 32, 1L << 31),
        "tensor 't': number of elements does not fit in 63 bits");
    refused(
        new GgufWriter().rawTensor("t", 0, 0, 1L << 61, 2),
        "size in bytes does not fit in 63 bits");
    refused(
        new GgufWriter().rawTensor("t", GgmlType.Q4_K.id(), 0, 128, 2),
        "tensor 't': number of Q4_K elements is not a multiple of 256: 128");
    refused(new GgufWriter().rawTensor("t", 4, 0, 32), "tensor 't' has the unknown type 4");
    refused(new GgufWriter().rawTensor("t", -1, 0, 32), "has the unknown type 4294967295");
  }

  @Test
  void tensorsInTheWrongPlace() throws IOException {
    GgufWriter base = new GgufWriter().tensor("a", new float[16], 16);
    assertThat(open(base.toBytes()).opened()).isTrue();
    refused(writer().rawTensor("b", 0, 32, 4), "tensors 'a' and 'b' overlap");
    refused(writer().rawTensor("b", 0, 0, 16), "tensors 'a' and 'b' overlap");
    refused(
        writer().rawTensor("b", 0, 4, 4),
        "offset of tensor 'b' is not a multiple of the alignment 32: 4");
    refused(
        writer().rawTensor("b", 0, 64, 1),
        "tensor 'b' needs 4 bytes at offset 64 of the tensor data, which has only 64");
    refused(writer().rawTensor("b", 0, 1L << 40, 1), "at offset 1099511627776 of the tensor data");
    refused(writer().rawTensor("b", 0, -32, 8), "at offset 18446744073709551584");
    refused(
        writer().rawTensor("b", 0, Long.MAX_VALUE - 31, 1L << 60),
        "at offset 9223372036854775776 of the tensor data");
  }

  private static GgufWriter writer() {
    return new GgufWriter().tensor("a", new float[16], 16);
  }

  private record Outcome(boolean opened, String message) {}

  private void refused(GgufWriter writer, String message) throws IOException {
    assertThatThrownBy(() -> GgufFile.open(writer.write(folder.resolve("model.gguf"))).close())
        .isInstanceOf(GgufException.class)
        .hasMessageStartingWith(folder.resolve("model.gguf") + ": ")
        .hasMessageContaining(message);
  }

  /** Opens the bytes and touches all that is in them; anything but a GgufException is an error. */
  private Outcome open(byte[] bytes) throws IOException {
    Path path = Files.write(folder.resolve("damaged.gguf"), bytes);
    try (GgufFile file = GgufFile.open(path)) {
      for (String key : file.metadata().keys()) {
        assertThat(file.metadata().text(key)).isNotNull();
      }
      for (GgufTensor tensor : file.tensors()) {
        assertThat(tensor.data().byteSize()).isEqualTo(tensor.type().bytes(tensor.elements()));
        tensor.data().asByteBuffer().get((int) tensor.bytes() - 1);
      }
      return new Outcome(true, "");
    } catch (GgufException e) {
      assertThat(e.getMessage()).startsWith(path + ": ").hasSizeLessThan(500).doesNotContain("\n");
      return new Outcome(false, String.valueOf(e.getMessage()));
    }
  }

  private static byte[] longs(long... values) {
    byte[] bytes = new byte[8 * values.length];
    Arrays.stream(values).forEach(little(bytes)::putLong);
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
