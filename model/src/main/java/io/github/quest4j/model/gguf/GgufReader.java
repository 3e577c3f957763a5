package io.github.quest4j.model.gguf;

import static io.github.quest4j.model.gguf.GgufException.quote;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one mapped GGUF file: header, metadata, tensor directory. Nothing in the file is trusted:
 * each count and length is checked against a limit and against what is left of the file before
 * memory is taken for it.
 *
 * <p>Source: the GGUF specification of ggml, versions 2 and 3 (alike but for version 3's byte
 * order).
 */
final class GgufReader {
  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final int MAGIC_SWAPPED = 0x47475546;
  private static final int MAX_KEYS = 1 << 16;
  private static final int MAX_TENSORS = 1 << 18;
  private static final int MAX_NAME = (1 << 16) - 1;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MIN_ALIGNMENT = 8;

  /** A key has a length, a type and at least one byte each of name and value. */
  private static final int MIN_KEY_BYTES = 8 + 1 + 4 + 1;

  /** A tensor has a name's length and a byte, a rank, one dimension, a type and an offset. */
  private static final int MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

  private record Entry(String name, GgmlType type, Shape shape, long offset, long bytes) {}

  private final Path path;
  private final MemorySegment segment;
  private final GgufCursor cursor;

  private GgufReader(Path path, MemorySegment segment) {
    this.path = path;
    this.segment = segment;
    this.cursor = new GgufCursor(path, segment);
  }

  static GgufPart read(Path path, MemorySegment segment) {
    return new GgufReader(path, segment).read();
  }

  private GgufPart read() {
    int version = readVersion();
    // Both counts come before what they count, so each is also checked against the bytes left.
    int tensorCount = cursor.readCount(MAX_TENSORS, MIN_TENSOR_BYTES, "tensors");
    int keyCount = cursor.readCount(MAX_KEYS, MIN_KEY_BYTES, "metadata keys");
    GgufMetadata metadata = readMetadata(keyCount);
    List<Entry> entries = new ArrayList<>(tensorCount);
    Set<String> names = HashSet.newHashSet(tensorCount);
    for (int i = 0; i < tensorCount; i++) {
      Entry entry = readEntry(i);
      if (!names.add(entry.name())) {
        throw cursor.error("tensor " + quote(entry.name()) + " is listed twice");
      }
      entries.add(entry);
    }
    List<GgufTensor> tensors = tensors(entries, alignment(metadata));
    return new GgufPart(path, version, segment.byteSize(), metadata, tensors);
  }

  private int readVersion() {
    int magic = cursor.readInt("the magic number");
    if (magic == MAGIC_SWAPPED) {
      throw bigEndian();
    }
    if (magic != MAGIC) {
      throw cursor.error("is not a GGUF file: " + beginning());
    }
    int version = cursor.readInt("the version");
    if (version != 0 && (version & 0xffff) == 0) {
      throw bigEndian();
    }
    if (version < 2 || version > 3) {
      throw cursor.error(
          "GGUF version %s is not supported, only 2 and 3; convert the model anew"
              .formatted(Integer.toUnsignedString(version)));
    }
    return version;
  }

  private GgufException bigEndian() {
    return cursor.error("is a big-endian GGUF file; only little-endian ones are supported");
  }

  private String beginning() {
    byte[] bytes =
        segment.asSlice(0, Math.min(16, segment.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://")) {
      return "it is a Git LFS pointer; download the file that it points to";
    }
    if (text.startsWith("<")) {
      return "it looks like a web page; download the file again";
    }
    return "it begins with " + quote(text);
  }

  private GgufMetadata readMetadata(int count) {
    GgufValues values = new GgufValues(cursor, segment);
    Map<String, GgufValue> map = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count; i++) {
      String key = cursor.readString(MAX_NAME, "name of metadata key " + i);
      if (key.isEmpty()) {
        throw cursor.error("name of metadata key " + i + " is empty");
      }
      if (map.put(key, values.read("metadata key " + quote(key))) != null) {
        throw cursor.error("metadata key " + quote(key) + " is given twice");
      }
    }
    return new GgufMetadata(path, map);
  }

  private long alignment(GgufMetadata metadata) {
    long alignment = metadata.longInteger("general.alignment", DEFAULT_ALIGNMENT);
    if (alignment < MIN_ALIGNMENT || Long.bitCount(alignment) != 1 || alignment > 1L << 31) {
      throw cursor.error(
          "general.alignment is not a power of two from %d to 2^31: %d"
              .formatted(MIN_ALIGNMENT, alignment));
    }
    return alignment;
  }

  private Entry readEntry(int index) {
    String name = cursor.readString(MAX_NAME, "name of tensor " + index);
    if (name.isEmpty()) {
      throw cursor.error("name of tensor " + index + " is empty");
    }
    String what = "tensor " + quote(name);
    int rank = cursor.readInt("number of dimensions of " + what);
    if (rank < 1 || rank > Shape.MAX_RANK) {
      throw cursor.error(
          "%s has %s dimensions, not 1 to %d"
              .formatted(what, Integer.toUnsignedString(rank), Shape.MAX_RANK));
    }
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = cursor.readLong("dimension " + i + " of " + what);
    }
    int typeId = cursor.readInt("type of " + what);
    GgmlType type =
        GgmlType.byId(typeId)
            .orElseThrow(() ->
                cursor.error(
                    "%s has the unknown type %s"
                        .formatted(what, Integer.toUnsignedString(typeId))));
    long offset = cursor.readLong("offset of " + what);
    try {
      Shape shape = Shape.of(dims);
      type.bytes(shape.columns()); // each row is a whole number of blocks
      return new Entry(name, type, shape, offset, type.bytes(shape.elements()));
    } catch (IllegalArgumentException e) {
      throw new GgufException(path + ": " + what + ": " + e.getMessage(), e);
    }
  }

  private List<GgufTensor> tensors(List<Entry> entries, long alignment) {
    long start = (cursor.position() + alignment - 1) & -alignment;
    long dataBytes = Math.max(0, segment.byteSize() - start);
    for (Entry entry : entries) {
      String what = "tensor " + quote(entry.name());
      long offset = entry.offset();
      if (offset < 0 || offset > dataBytes || entry.bytes() > dataBytes - offset) {
        throw cursor.error(
            "%s needs %d bytes at offset %s of the tensor data, which has only %d; the file is truncated or damaged"
                .formatted(what, entry.bytes(), Long.toUnsignedString(offset), dataBytes));
      }
      if ((offset & (alignment - 1)) != 0) {
        throw cursor.error(
            "offset of %s is not a multiple of the alignment %d: %d"
                .formatted(what, alignment, offset));
      }
    }
    checkDisjoint(entries);
    List<GgufTensor> tensors = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      MemorySegment data = segment.asSlice(start + entry.offset(), entry.bytes());
      tensors.add(new GgufTensor(entry.name(), entry.type(), entry.shape(), data));
    }
    return List.copyOf(tensors);
  }

  private void checkDisjoint(List<Entry> entries) {
    Entry[] sorted = entries.toArray(new Entry[0]);
    Arrays.sort(sorted, Comparator.comparingLong(Entry::offset));
    for (int i = 1; i < sorted.length; i++) {
      Entry before = sorted[i - 1];
      if (before.offset() + before.bytes() > sorted[i].offset()) {
        throw cursor.error(
            "tensors %s and %s overlap".formatted(quote(before.name()), quote(sorted[i].name())));
      }
    }
  }
}
