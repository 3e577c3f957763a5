package io.github.quest4j.benchmarks;

import io.github.quest4j.model.gguf.GgmlType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The beginning of a GGUF file (version 3): metadata and the directory of tensors, whose data
 * follows. Knows no more of the format than models of random weights need.
 */
final class GgufHeader {

  /** Where a tensor's data lies, from the beginning of the file. */
  record Place(GgmlType type, long offset, long bytes) {}

  private record Tensor(String name, GgmlType type, long columns, long rows) {
    long bytes() {
      return type.bytes(columns * rows);
    }
  }

  private static final int MAGIC = 0x46554747;
  private static final int VERSION = 3;
  private static final int ALIGNMENT = 32; // the format's, unless metadata says otherwise
  private static final int UINT32 = 4;
  private static final int FLOAT32 = 6;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final List<Tensor> tensors = new ArrayList<>();
  private int keys;

  void integer(String key, int value) {
    key(key, UINT32);
    put(metadata, Integer.BYTES, b -> b.putInt(value));
  }

  void number(String key, float value) {
    key(key, FLOAT32);
    put(metadata, Float.BYTES, b -> b.putFloat(value));
  }

  void string(String key, String value) {
    key(key, STRING);
    text(metadata, value);
  }

  void strings(String key, int count, IntFunction<String> values) {
    key(key, ARRAY);
    put(metadata, Integer.BYTES + Long.BYTES, b -> b.putInt(STRING).putLong(count));
    for (int i = 0; i < count; i++) {
      text(metadata, values.apply(i));
    }
  }

  private void key(String key, int type) {
    keys++;
    text(metadata, key);
    put(metadata, Integer.BYTES, b -> b.putInt(type));
  }

  void tensor(String name, GgmlType type, long columns, long rows) {
    tensors.add(new Tensor(name, type, columns, rows));
  }

  /** The bytes up to the first tensor's data. */
  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    put(
        out,
        2 * Integer.BYTES + 2 * Long.BYTES,
        b -> b.putInt(MAGIC).putInt(VERSION).putLong(tensors.size()).putLong(keys));
    out.writeBytes(metadata.toByteArray());
    long offset = 0;
    for (Tensor tensor : tensors) {
      long at = offset;
      text(out, tensor.name());
      put(
          out,
          2 * Integer.BYTES + 3 * Long.BYTES,
          b ->
              b.putInt(2)
                  .putLong(tensor.columns())
                  .putLong(tensor.rows())
                  .putInt(tensor.type().id())
                  .putLong(at));
      offset += aligned(tensor.bytes());
    }
    out.writeBytes(new byte[(int) (aligned(out.size()) - out.size())]);
    return out.toByteArray();
  }

  /** Where the data of all tensors lies, behind a header of so many bytes. */
  List<Place> places(long header) {
    List<Place> places = new ArrayList<>();
    long offset = header;
    for (Tensor tensor : tensors) {
      places.add(new Place(tensor.type(), offset, tensor.bytes()));
      offset += aligned(tensor.bytes());
    }
    return places;
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(out, Long.BYTES, b -> b.putLong(bytes.length));
    out.writeBytes(bytes);
  }

  /** Writes into a buffer of the format's byte order. */
  @FunctionalInterface
  private interface Fill {
    ByteBuffer into(ByteBuffer buffer);
  }

  private static void put(ByteArrayOutputStream out, int bytes, Fill fill) {
    out.writeBytes(fill.into(ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN)).array());
  }
}
