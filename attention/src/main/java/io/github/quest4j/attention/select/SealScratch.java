package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.StoreKernels;
import java.lang.foreign.MemorySegment;

/** The buffers of one digest format, an own set per thread that seals. */
final class SealScratch {

  /** One page of one KV head as floats, and its digest in the making. */
  static final class Buffers {
    final int headDim;
    final int pageSize;
    final float[] keys; // [pageSize, headDim]
    final float[] pair; // [2, headDim]
    final float[] low; // [headDim]
    final float[] high; // [headDim]
    final float[] sizes; // [pageSize]
    final float[] squares; // [pageSize]
    final short[] signs; // [pageSize, headDim / 16 rounded up]

    Buffers(int headDim, int pageSize) {
      this.headDim = headDim;
      this.pageSize = pageSize;
      keys = new float[headDim * pageSize];
      pair = new float[2 * headDim];
      low = new float[headDim];
      high = new float[headDim];
      sizes = new float[pageSize];
      squares = new float[pageSize];
      signs = new short[pageSize * ((headDim + 15) / 16)];
    }

    /** Fills {@link #keys} from a page. */
    void read(StoreKernels store, KvType type, MemorySegment source, long offset) {
      store.loadKeys(type, source, offset, pageSize, headDim, keys);
    }
  }

  @SuppressWarnings("ThreadLocalUsage") // lives and dies with its format
  private final ThreadLocal<Buffers> buffers = new ThreadLocal<>();

  Buffers of(int headDim, int pageSize) {
    Buffers own = buffers.get();
    if (own == null || own.headDim != headDim || own.pageSize != pageSize) {
      own = new Buffers(headDim, pageSize);
      buffers.set(own);
    }
    return own;
  }
}
