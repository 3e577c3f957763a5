package io.github.quest4j.model.gguf;

import java.lang.foreign.MemorySegment;

/**
 * A named tensor of a model file.
 *
 * @param name its name, for example {@code blk.0.attn_q.weight}
 * @param type how its elements are stored
 * @param shape its dimensions, the contiguous one first; columns are a whole number of blocks
 * @param data its bytes, rows one after the other, little-endian: a read-only view of the mapped
 *     file that starts at a multiple of 8 bytes and lives until the {@link GgufFile} is closed
 */
public record GgufTensor(String name, GgmlType type, Shape shape, MemorySegment data) {
  /**
   * Checks that the data fits type and shape.
   *
   * @throws IllegalArgumentException if a row is not a whole number of blocks or the data is not as
   *     long as type and shape say
   */
  public GgufTensor {
    type.bytes(shape.columns());
    long bytes = type.bytes(shape.elements());
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "data of tensor %s is not %d bytes long: %d".formatted(name, bytes, data.byteSize()));
    }
  }

  /** Length of the contiguous dimension: for a weight matrix, its inputs. */
  public long columns() {
    return shape.columns();
  }

  /** Number of rows: for a weight matrix, its outputs; 1 for a vector. */
  public long rows() {
    return shape.rows();
  }

  /** Number of elements. */
  public long elements() {
    return shape.elements();
  }

  /** Bytes of one row. */
  public long rowBytes() {
    return type.bytes(shape.columns());
  }

  /** Bytes of the whole tensor. */
  public long bytes() {
    return data.byteSize();
  }

  @Override
  public String toString() {
    return name + " " + type + " " + shape;
  }
}
