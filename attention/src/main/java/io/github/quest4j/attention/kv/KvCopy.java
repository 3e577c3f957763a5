package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.StoreKernels;
import io.github.quest4j.attention.work.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Copies a sequence's keys and values to another pool, whose pages may have another size and
 * another digest. They get into pages by the way that every key takes, so digests are made as ever.
 */
public final class KvCopy {

  private static final int PIECE = 512;

  private KvCopy() {}

  /**
   * Appends all tokens of {@code from} to the empty {@code to}. What layers with a window have
   * released, no query will see again, and is zero for the moment that it is held.
   *
   * @throws IllegalArgumentException if the pools differ in element type or in the shape of layers,
   *     or {@code to} is not empty
   * @throws OutOfPagesException if there is no room; {@code to} holds some of the tokens then
   */
  public static void copy(KvCache from, KvCache to, Workers workers) {
    KvLayout source = from.pool().layout();
    KvLayout target = to.pool().layout();
    List<LayerShape> layers = source.layers();
    if (source.type() != target.type() || !layers.equals(target.layers()) || to.length() != 0) {
      throw new IllegalArgumentException(
          "keys and values can only be copied to an empty sequence of the same layers and type");
    }
    int widest = 0;
    for (LayerShape shape : layers) {
      widest = Math.max(widest, shape.kvHeads() * shape.headDim());
    }
    float[] keys = new float[PIECE * widest];
    float[] values = new float[PIECE * widest];
    for (int done = 0; done < from.length(); done += PIECE) {
      int first = done;
      int piece = Math.min(PIECE, from.length() - done);
      to.extend(piece);
      try {
        for (int layer = 0; layer < layers.size(); layer++) {
          int at = layer;
          LayerShape shape = layers.get(layer);
          workers.run(
              shape.kvHeads(), (head, worker) -> read(from, at, head, first, piece, keys, values));
          int row = shape.kvHeads() * shape.headDim();
          to.append(layer, keys, 0, values, 0, row, piece, workers);
        }
        to.commit();
      } finally {
        if (to.extent() != to.length()) {
          to.rollback();
        }
      }
    }
  }

  /** Reads tokens of one KV head to its columns of {@code keys} and {@code values}. */
  private static void read(
      KvCache cache, int layer, int head, int first, int count, float[] keys, float[] values) {
    PagePool pool = cache.pool();
    KvLayout layout = pool.layout();
    LayerShape shape = layout.layers().get(layer);
    int pageSize = layout.pageSize();
    int headDim = shape.headDim();
    int row = shape.kvHeads() * headDim;
    int group = pool.group(layer);
    StoreKernels store = pool.kernels().store();
    float[] page = new float[pageSize * headDim];
    for (int logical = first / pageSize; logical * pageSize < first + count; logical++) {
      boolean kept = logical >= cache.firstPage(layer);
      int from = Math.max(first, logical * pageSize);
      int to = Math.min(first + count, (logical + 1) * pageSize);
      if (kept) {
        int physical = cache.page(layer, logical);
        MemorySegment slab = pool.slab(group, physical);
        long keysAt = pool.keyOffset(layer, physical, head);
        long valuesAt = pool.valueOffset(layer, physical, head);
        store.loadKeys(layout.type(), slab, keysAt, pageSize, headDim, page);
        for (int token = from; token < to; token++) {
          int at = (token - first) * row + head * headDim;
          int inPage = (token - logical * pageSize) * headDim;
          System.arraycopy(page, inPage, keys, at, headDim);
          readValue(layout.type(), slab, valuesAt, inPage, headDim, values, at);
        }
      } else {
        for (int token = from; token < to; token++) {
          int at = (token - first) * row + head * headDim;
          Arrays.fill(keys, at, at + headDim, 0);
          Arrays.fill(values, at, at + headDim, 0);
        }
      }
    }
  }

  private static void readValue(
      KvType type, MemorySegment slab, long base, int from, int count, float[] values, int at) {
    for (int c = 0; c < count; c++) {
      long offset = base + (long) (from + c) * type.bytes();
      values[at + c] =
          switch (type) {
            case F16 -> Float.float16ToFloat(slab.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
            case F32 -> slab.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offset);
          };
    }
  }
}
