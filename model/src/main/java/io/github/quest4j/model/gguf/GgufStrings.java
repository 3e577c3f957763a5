package io.github.quest4j.model.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * An array of strings in the mapped file, such as a vocabulary. A string is decoded each time it is
 * asked for, so opening a file costs one offset per string; callers keep what they need often.
 *
 * <p>It can be read until the {@link GgufFile} is closed; afterwards reading throws {@link
 * IllegalStateException}.
 */
public final class GgufStrings extends AbstractList<String> implements RandomAccess {
  private final MemorySegment segment; // [length, bytes, length, bytes, ...]
  private final int[] offsets; // of the bytes; the length is in the 8 bytes before

  GgufStrings(MemorySegment segment, int[] offsets) {
    this.segment = segment;
    this.offsets = offsets;
  }

  @Override
  public int size() {
    return offsets.length;
  }

  /** The string, decoded as UTF-8; malformed bytes become U+FFFD. */
  @Override
  public String get(int index) {
    return new String(bytes(index), StandardCharsets.UTF_8);
  }

  /** The string's bytes as they are in the file. */
  public byte[] bytes(int index) {
    int offset = offsets[Objects.checkIndex(index, offsets.length)];
    // A second look at the length: the file may have been changed since it was checked.
    long length = LittleEndian.longAt(segment, offset - Long.BYTES);
    if (length < 0 || length > segment.byteSize() - offset) {
      throw new IllegalStateException("the model file was changed while it was open");
    }
    byte[] bytes = new byte[(int) length];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, bytes, 0, bytes.length);
    return bytes;
  }
}
