package io.github.quest4j.model.gguf;

import java.util.Arrays;

/**
 * The dimensions of a tensor in GGUF order: dimension 0 is contiguous in memory. A weight matrix of
 * {@code [columns, rows]} maps {@code columns} inputs to {@code rows} outputs.
 */
public final class Shape {
  /** GGUF's largest number of dimensions. */
  public static final int MAX_RANK = 4;

  private final long[] dims;
  private final long elements;

  private Shape(long[] dims, long elements) {
    this.dims = dims;
    this.elements = elements;
  }

  /**
   * A shape of one to four dimensions, dimension 0 first.
   *
   * @throws IllegalArgumentException if there are none or more than four, one is not positive, or
   *     their product does not fit in a long
   */
  public static Shape of(long... dims) {
    if (dims.length < 1 || dims.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "number of dimensions is not in 1.." + MAX_RANK + ": " + dims.length);
    }
    long elements = 1;
    for (long dim : dims) {
      if (dim < 1) {
        throw new IllegalArgumentException("dimension is not positive: " + Arrays.toString(dims));
      }
      if (dim > Long.MAX_VALUE / elements) {
        throw new IllegalArgumentException(
            "number of elements does not fit in 63 bits: " + Arrays.toString(dims));
      }
      elements *= dim;
    }
    return new Shape(dims.clone(), elements);
  }

  /** Number of dimensions that are written in the file, 1 to 4. */
  public int rank() {
    return dims.length;
  }

  /**
   * Dimension i; those beyond the rank are 1.
   *
   * @throws IndexOutOfBoundsException if i is not in 0..3
   */
  public long dim(int i) {
    if (i < 0 || i >= MAX_RANK) {
      throw new IndexOutOfBoundsException("dimension is not in 0.." + (MAX_RANK - 1) + ": " + i);
    }
    return i < dims.length ? dims[i] : 1;
  }

  /** The product of all dimensions. */
  public long elements() {
    return elements;
  }

  /** Length of the contiguous dimension. */
  public long columns() {
    return dims[0];
  }

  /** Number of rows: the product of all dimensions but the contiguous one. */
  public long rows() {
    return elements / dims[0];
  }

  /** A copy of the dimensions. */
  public long[] toArray() {
    return dims.clone();
  }

  /** Whether both are the same once trailing dimensions of 1 are left off. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Shape that)) {
      return false;
    }
    for (int i = 0; i < MAX_RANK; i++) {
      if (dim(i) != that.dim(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < MAX_RANK; i++) {
      hash = 31 * hash + Long.hashCode(dim(i));
    }
    return hash;
  }

  /** For example {@code [576, 49152]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
