package io.github.quest4j.attention.select;

import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kernel.StoreKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The buffers of one digest format, an own set per thread that seals. */
final class SealScratch {

  /** One page of one KV head as floats, and its digest in the making. */
  static final class Buffers {
    final int headDim;
    final int pageSize;
    final float[] keys; // [pageSize, headDim]
    final float[] low; // [headDim]
    final float[] high; // [headDim]
    final float[] sizes; // [pageSize rounded up to 16]
    final float[] squares; // [pageSize rounded up to 16]

    private byte[] signs = new byte[0];

    Buffers(int headDim, int pageSize) {
      this.headDim = headDim;
      this.pageSize = pageSize;
      keys = new float[headDim * pageSize];
      low = new float[headDim];
      high = new float[headDim];
      sizes = new float[(pageSize + 15) / 16 * 16];
      squares = new float[sizes.length];
    }

    /** {@code count} zeroed bytes. */
    byte[] signs(int count) {
      if (signs.length != count) {
        signs = new byte[count];
      } else {
        Arrays.fill(signs, (byte) 0);
      }
      return signs;
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

  static void write(
      StoreKernels store, KvType type, float[] from, int count, MemorySegment to, long offset) {
    switch (type) {
      case F16 -> store.toHalf(from, 0, to, offset, count);
      case F32 -> MemorySegment.copy(from, 0, to, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, count);
    }
  }
}
