package io.github.quest4j.model.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes small GGUF files for tests: sound ones, and with the {@code raw} methods and the counts
 * also unsound ones.
 */
public final class GgufWriter {
  private static final int DEFAULT_ALIGNMENT = 32;

  private static final class Tensor {
    /** Marks a tensor whose place in the file the writer finds. */
    static final long NEXT = -1;

    final String name;
    final int typeId;
    final long[] dims;
    final byte[] data;
    final long offset;

    Tensor(String name, int typeId, long[] dims, byte[] data, long offset) {
      this.name = name;
      this.typeId = typeId;
      this.dims = dims.clone();
      this.data = data.clone();
      this.offset = offset;
    }
  }

  private final List<byte[]> metadata = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private int version = 3;
  private int alignment = DEFAULT_ALIGNMENT;
  private long extraKeys;
  private long extraTensors;

  /** The version in the header; 3 unless set. */
  public GgufWriter version(int version) {
    this.version = version;
    return this;
  }

  /** Aligns the tensors and says so in the metadata. */
  public GgufWriter alignment(int alignment) {
    this.alignment = alignment;
    return uint32("general.alignment", alignment);
  }

  public GgufWriter uint8(String key, int value) {
    return raw(key, GgufValueType.UINT8.id(), fill(1, b -> b.put((byte) value)));
  }

  public GgufWriter int8(String key, int value) {
    return raw(key, GgufValueType.INT8.id(), fill(1, b -> b.put((byte) value)));
  }

  public GgufWriter uint16(String key, int value) {
    return raw(key, GgufValueType.UINT16.id(), fill(2, b -> b.putShort((short) value)));
  }

  public GgufWriter int16(String key, int value) {
    return raw(key, GgufValueType.INT16.id(), fill(2, b -> b.putShort((short) value)));
  }

  public GgufWriter uint32(String key, long value) {
    return raw(key, GgufValueType.UINT32.id(), fill(4, b -> b.putInt((int) value)));
  }

  public GgufWriter int32(String key, int value) {
    return raw(key, GgufValueType.INT32.id(), fill(4, b -> b.putInt(value)));
  }

  public GgufWriter uint64(String key, long value) {
    return raw(key, GgufValueType.UINT64.id(), fill(8, b -> b.putLong(value)));
  }

  public GgufWriter int64(String key, long value) {
    return raw(key, GgufValueType.INT64.id(), fill(8, b -> b.putLong(value)));
  }

  public GgufWriter float32(String key, float value) {
    return raw(key, GgufValueType.FLOAT32.id(), fill(4, b -> b.putFloat(value)));
  }

  public GgufWriter float64(String key, double value) {
    return raw(key, GgufValueType.FLOAT64.id(), fill(8, b -> b.putDouble(value)));
  }

  public GgufWriter bool(String key, boolean value) {
    return raw(key, GgufValueType.BOOL.id(), new byte[] {(byte) (value ? 1 : 0)});
  }

  public GgufWriter string(String key, String value) {
    return raw(key, GgufValueType.STRING.id(), string(value));
  }

  public GgufWriter strings(String key, List<String> values) {
    return strings(
        key, values.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
  }

  /** An array of strings that need not be UTF-8. */
  public GgufWriter strings(String key, byte[]... values) {
    byte[][] elements = Arrays.stream(values).map(GgufWriter::string).toArray(byte[][]::new);
    return array(key, GgufValueType.STRING, values.length, join(elements));
  }

  /** An array of int32. */
  public GgufWriter ints(String key, int... values) {
    return array(
        key,
        GgufValueType.INT32,
        values.length,
        fill(4 * values.length, buffer -> Arrays.stream(values).forEach(buffer::putInt)));
  }

  /** An array of uint32. */
  public GgufWriter uints(String key, long... values) {
    return array(
        key,
        GgufValueType.UINT32,
        values.length,
        fill(4 * values.length, b -> Arrays.stream(values).forEach(v -> b.putInt((int) v))));
  }

  /** An array of uint64. */
  public GgufWriter ulongs(String key, long... values) {
    return array(
        key,
        GgufValueType.UINT64,
        values.length,
        fill(8 * values.length, b -> Arrays.stream(values).forEach(b::putLong)));
  }

  /** An array of float32. */
  public GgufWriter floats(String key, float... values) {
    return array(key, GgufValueType.FLOAT32, values.length, floats(values));
  }

  /** An array of float64. */
  public GgufWriter doubles(String key, double... values) {
    return array(
        key,
        GgufValueType.FLOAT64,
        values.length,
        fill(8 * values.length, b -> Arrays.stream(values).forEach(b::putDouble)));
  }

  public GgufWriter bools(String key, boolean... values) {
    byte[] elements = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      elements[i] = (byte) (values[i] ? 1 : 0);
    }
    return array(key, GgufValueType.BOOL, values.length, elements);
  }

  /** Empty arrays within arrays, so many deep: 1 is an empty array of uint8. */
  public GgufWriter nested(String key, int depth) {
    byte[] value =
        fill(
            12 * depth,
            b -> {
              for (int i = 1; i < depth; i++) {
                b.putInt(GgufValueType.ARRAY.id()).putLong(1);
              }
              b.putInt(GgufValueType.UINT8.id()).putLong(0);
            });
    return raw(key, GgufValueType.ARRAY.id(), value);
  }

  /** A value of any type number and any bytes. */
  public GgufWriter raw(String key, int typeId, byte[] value) {
    metadata.add(join(string(key), fill(4, b -> b.putInt(typeId)), value));
    return this;
  }

  /** A tensor of F32; dimension 0 is the contiguous one. */
  public GgufWriter tensor(String name, float[] data, long... dims) {
    return tensor(name, GgmlType.F32, floats(data), dims);
  }

  /** A tensor of any type, its bytes as they are to be in the file. */
  public GgufWriter tensor(String name, GgmlType type, byte[] data, long... dims) {
    long expected = type.bytes(Shape.of(dims).elements());
    if (data.length != expected) {
      throw new IllegalArgumentException(
          "data of %s is not %d bytes long: %d".formatted(name, expected, data.length));
    }
    tensors.add(new Tensor(name, type.id(), dims, data, Tensor.NEXT));
    return this;
  }

  /** A directory entry as given, with no data and no check. */
  public GgufWriter rawTensor(String name, int typeId, long offset, long... dims) {
    tensors.add(new Tensor(name, typeId, dims, new byte[0], offset));
    return this;
  }

  /** Makes the header count so many more metadata keys and tensors than there are. */
  public GgufWriter miscount(long keys, long tensors) {
    extraKeys = keys;
    extraTensors = tensors;
    return this;
  }

  /** Writes one file. */
  public Path write(Path file) {
    return write(file, toBytes());
  }

  /**
   * Writes a split model of so many files, named {@code NAME-00001-of-00003.gguf}, with tensors
   * dealt out in runs; the first has the metadata. Empty parts are allowed.
   */
  public List<Path> writeSplit(Path folder, String name, int parts) {
    return writeSplit(folder, name, parts, (_, _) -> {});
  }

  /**
   * As above.
   *
   * @param extra adds to the metadata of the part with this number, from 0; a key that the split
   *     itself writes must not be added
   */
  public List<Path> writeSplit(
      Path folder, String name, int parts, BiConsumer<Integer, GgufWriter> extra) {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      GgufWriter part = new GgufWriter().version(version);
      if (i == 0) {
        part.metadata.addAll(metadata);
      }
      part.uint16("split.no", i).uint16("split.count", parts);
      part.int32("split.tensors.count", tensors.size());
      extra.accept(i, part);
      part.tensors.addAll(
          tensors.subList(i * tensors.size() / parts, (i + 1) * tensors.size() / parts));
      files.add(part.write(folder.resolve("%s-%05d-of-%05d.gguf".formatted(name, i + 1, parts))));
    }
    return files;
  }

  /** The file's bytes. */
  public byte[] toBytes() {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    head.writeBytes(fill(4, b -> b.putInt(version)));
    head.writeBytes(fill(8, b -> b.putLong(tensors.size() + extraTensors)));
    head.writeBytes(fill(8, b -> b.putLong(metadata.size() + extraKeys)));
    metadata.forEach(head::writeBytes);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Tensor tensor : tensors) {
      head.writeBytes(string(tensor.name));
      head.writeBytes(fill(4, b -> b.putInt(tensor.dims.length)));
      for (long dim : tensor.dims) {
        head.writeBytes(fill(8, b -> b.putLong(dim)));
      }
      head.writeBytes(fill(4, b -> b.putInt(tensor.typeId)));
      long offset = tensor.offset == Tensor.NEXT ? data.size() : tensor.offset;
      head.writeBytes(fill(8, b -> b.putLong(offset)));
      data.writeBytes(tensor.data);
      pad(data);
    }
    if (!tensors.isEmpty()) {
      pad(head);
      head.writeBytes(data.toByteArray());
    }
    return head.toByteArray();
  }

  private void pad(ByteArrayOutputStream out) {
    while (out.size() % Math.max(1, alignment) != 0) {
      out.write(0);
    }
  }

  private GgufWriter array(String key, GgufValueType type, int size, byte[] elements) {
    byte[] head = fill(12, b -> b.putInt(type.id()).putLong(size));
    return raw(key, GgufValueType.ARRAY.id(), join(head, elements));
  }

  private static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] string(String text) {
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] string(byte[] text) {
    return fill(8 + text.length, b -> b.putLong(text.length).put(text));
  }

  private static byte[] floats(float... values) {
    return fill(
        4 * values.length,
        b -> {
          for (float value : values) {
            b.putFloat(value);
          }
        });
  }

  private static byte[] fill(int size, Consumer<ByteBuffer> put) {
    byte[] bytes = new byte[size];
    put.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return bytes;
  }

  private static byte[] join(byte[]... pieces) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }
}
