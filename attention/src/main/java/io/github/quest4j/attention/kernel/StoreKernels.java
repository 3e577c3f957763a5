package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;

/** How keys and values get into pages and out of them. */
public interface StoreKernels {

  /**
   * Narrows floats to IEEE halves, rounding to nearest even. Values beyond the range, infinities
   * too, become ±65504, so that readers need no case for them.
   */
  void toHalf(float[] source, int offset, MemorySegment target, long targetOffset, int count);

  /** Widens halves to floats, exactly; halves that stand for infinity or NaN are not expected. */
  void toFloat(MemorySegment source, long sourceOffset, float[] target, int offset, int count);
}
