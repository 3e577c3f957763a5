package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.kernel.StoreKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes keys and values into a page, and seals its digests when it is full. */
final class PageWriter {

  /**
   * The tokens of a step, in one layer.
   *
   * @param keys {@code [tokens, kvHeads * headDim]} at {@code keyOffset}, rows {@code stride} apart
   * @param values likewise
   * @param from position of the first token in its sequence
   * @param to position behind the last one
   */
  record Rows(
      float[] keys, int keyOffset, float[] values, int valueOffset, int stride, int from, int to) {}

  private PageWriter() {}

  /**
   * Writes what rows there are of one page.
   *
   * @param logicalPage of the sequence
   * @param page the physical one
   * @param common {@code [kvHeads]} what the digests have in common; made here by a full first page
   */
  static void write(
      PagePool pool,
      int layer,
      int logicalPage,
      int page,
      Rows rows,
      DigestFormat.Common[] common) {
    KvLayout layout = pool.layout();
    LayerShape shape = layout.layers().get(layer);
    int headDim = shape.headDim();
    int pageSize = layout.pageSize();
    int group = pool.group(layer);
    MemorySegment slab = pool.slab(group, page);
    int from = Math.max(rows.from, logicalPage * pageSize);
    int to = Math.min(rows.to, (logicalPage + 1) * pageSize);
    boolean full = to == (logicalPage + 1) * pageSize;
    long rowBytes = (long) headDim * layout.type().bytes();
    StoreKernels store = pool.kernels().store();
    for (int head = 0; head < shape.kvHeads(); head++) {
      long keyAt = pool.keyOffset(layer, page, head);
      long valueAt = pool.valueOffset(layer, page, head);
      for (int token = from; token < to; token++) {
        int at = (token - rows.from) * rows.stride + head * headDim;
        int t = token & (pageSize - 1);
        store.storeKey(
            layout.type(), rows.keys, rows.keyOffset + at, headDim, slab, keyAt, pageSize, t);
        storeValue(pool, rows.values, rows.valueOffset + at, slab, valueAt + t * rowBytes, headDim);
      }
      if (full && logicalPage == 0) {
        common[head] = layout.digest().common(layout.type(), headDim, pageSize, slab, keyAt);
      }
      if (full) {
        layout
            .digest()
            .seal(
                common[head],
                layout.type(),
                headDim,
                pageSize,
                slab,
                keyAt,
                pool.digestSlab(group, page),
                pool.digestOffset(layer, page, head),
                pool.digestLane(page));
      }
    }
  }

  private static void storeValue(
      PagePool pool, float[] source, int offset, MemorySegment target, long at, int count) {
    switch (pool.layout().type()) {
      case F16 -> pool.kernels().store().toHalf(source, offset, target, at, count);
      case F32 -> MemorySegment.copy(source, offset, target, ValueLayout.JAVA_FLOAT, at, count);
    }
  }
}
