package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix W [rows, columns] in its file's own blocks, row after row, in native memory that
 * somebody else owns.
 *
 * <p>Kernels read it by address, without a check per access: the bounds are checked here, once. The
 * owner must not close the arena of {@link #data()} while a product is being computed; one that is
 * already closed is refused.
 */
public final class MatmulWeights {
  private final MemorySegment data;
  private final GgmlType type;
  private final int rows;
  private final int columns;
  private final long rowBytes;
  private @Nullable PackedRows packed;
  private boolean promised;

  /**
   * @param data native memory of at least {@code rows} rows; more is ignored
   * @throws IllegalArgumentException if a size is not positive, the columns are not whole blocks,
   *     the type cannot be multiplied, or the memory is on the heap or too small
   */
  public MatmulWeights(MemorySegment data, GgmlType type, int rows, int columns) {
    if (!type.supported()) {
      throw new IllegalArgumentException("weights cannot be multiplied in type " + type);
    }
    if (rows <= 0 || columns <= 0) {
      throw new IllegalArgumentException(
          "weights are empty: " + rows + " rows, " + columns + " columns");
    }
    if (columns % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "columns of "
              + type
              + " weights are not a multiple of "
              + type.blockSize()
              + ": "
              + columns);
    }
    if (!data.isNative()) {
      throw new IllegalArgumentException(
          "weights are not in native memory; map or copy them there");
    }
    this.rowBytes = (long) (columns / type.blockSize()) * type.blockBytes();
    if (rowBytes > data.byteSize() / rows) {
      throw new IllegalArgumentException(
          rows
              + " rows of "
              + rowBytes
              + " bytes do not fit in "
              + data.byteSize()
              + " bytes of weights");
    }
    this.data = data;
    this.type = type;
    this.rows = rows;
    this.columns = columns;
  }

  /** The blocks of row 0, then of row 1, and so on. */
  public MemorySegment data() {
    return data;
  }

  public GgmlType type() {
    return type;
  }

  /** Elements of a product. */
  public int rows() {
    return rows;
  }

  /** Elements of an activation. */
  public int columns() {
    return columns;
  }

  /** Bytes of one row. */
  public long rowBytes() {
    return rowBytes;
  }

  /**
   * Announces that {@link MatmulKernels#pack} will follow: until then decode products have the bits
   * that they will have from the copy.
   */
  public void promise() {
    promised = true;
  }

  /** Whether decode products are to have the bits of a copy that is not there yet. */
  boolean awaited() {
    return promised && packed == null;
  }

  /** Has decode products read a copy, which is complete. */
  void packed(PackedRows rows) {
    packed = rows;
  }

  /** Bytes that a decode product reads. */
  public long decodeBytes() {
    return packed == null ? rowBytes * rows : packed.bytes();
  }

  /** The copy that decode products read, if one was made. */
  @Nullable PackedRows packed() {
    return packed;
  }

  /** Checks that the memory still lives, then tells where row 0 starts. */
  long address() {
    if (!data.scope().isAlive()) {
      throw new IllegalStateException("weights were closed; keep the model open while it computes");
    }
    return data.address();
  }

  /** Checks a range of rows, prepared activations, their product's buffer and the scratch. */
  void check(
      Activations x,
      int fromRow,
      int toRow,
      float[] y,
      int yOffset,
      int yStride,
      MatmulScratch scratch) {
    check(x.columns(), x.tokens(), fromRow, toRow, y, yOffset, yStride, scratch);
  }

  /** As above. */
  void check(
      DecodeActivations x,
      int fromRow,
      int toRow,
      float[] y,
      int yOffset,
      int yStride,
      MatmulScratch scratch) {
    check(x.columns(), x.tokens(), fromRow, toRow, y, yOffset, yStride, scratch);
  }

  private void check(
      int columns,
      int tokens,
      int fromRow,
      int toRow,
      float[] y,
      int yOffset,
      int yStride,
      MatmulScratch scratch) {
    if (columns != this.columns) {
      throw new IllegalArgumentException(
          "activations have %d columns, weights %d".formatted(columns, this.columns));
    }
    Objects.checkFromToIndex(fromRow, toRow, rows);
    checkBuffer("y", y.length, yOffset, yStride, tokens, toRow);
    scratch.check(columns);
  }

  /** Checks that a buffer of [tokens, stride] floats holds so many elements of each token. */
  static void checkBuffer(
      String name, int length, int offset, int stride, int tokens, int elements) {
    if (tokens < 1) {
      throw new IllegalArgumentException("number of tokens is not positive: " + tokens);
    }
    if (offset < 0 || stride < 0 || offset + (tokens - 1L) * stride + elements > length) {
      throw new IllegalArgumentException(
          "%s of %d floats is too small for %d tokens of %d at offset %d, stride %d"
              .formatted(name, length, tokens, elements, offset, stride));
    }
  }
}
