package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.INTS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The bounds of a block of 8-bit minima and maxima, lanes being pages. */
final class VectorBounds {

  private static final int BYTE = 0xff;

  private VectorBounds() {}

  /** A handle of {@link #bounds}, see {@link CompiledApart}. */
  static MethodHandle handle() {
    return CompiledApart.function(MethodHandles.lookup(), "bounds");
  }

  /**
   * One head.
   *
   * @param q {@code headDim} channels from {@code q0} on; the sign of each tells which of the two
   *     bounds counts
   */
  static void bounds(
      MemorySegment digests,
      long block,
      int headDim,
      float[] q,
      int q0,
      float sum,
      float[] out,
      int at) {
    for (int lane = 0; lane < BoundsLayout.LANES; lane += LANES) {
      FloatVector products = products(digests, block, lane, headDim, q, q0);
      long from = block + (long) Float.BYTES * lane;
      FloatVector scale = load(digests, from + BoundsLayout.SCALES);
      FloatVector offset = load(digests, from + BoundsLayout.OFFSETS);
      products.mul(scale).add(offset.mul(sum)).intoArray(out, at + lane);
    }
  }

  private static FloatVector load(MemorySegment segment, long at) {
    return FloatVector.fromMemorySegment(FLOATS, segment, at, LITTLE_ENDIAN);
  }

  // Four sums, so that none waits for another.
  private static FloatVector products(
      MemorySegment digests, long block, int lane, int headDim, float[] q, int q0) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    long at = block + BoundsLayout.BOUNDS + (long) Integer.BYTES * lane;
    for (int i = q0; i < q0 + headDim; i += 4) {
      IntVector pair = IntVector.fromMemorySegment(INTS, digests, at, LITTLE_ENDIAN);
      a = bound(pair, 0, q[i]).fma(FloatVector.broadcast(FLOATS, q[i]), a);
      b = bound(pair, 16, q[i + 1]).fma(FloatVector.broadcast(FLOATS, q[i + 1]), b);
      pair =
          IntVector.fromMemorySegment(INTS, digests, at + BoundsLayout.PAIR_BYTES, LITTLE_ENDIAN);
      c = bound(pair, 0, q[i + 2]).fma(FloatVector.broadcast(FLOATS, q[i + 2]), c);
      d = bound(pair, 16, q[i + 3]).fma(FloatVector.broadcast(FLOATS, q[i + 3]), d);
      at += 2 * BoundsLayout.PAIR_BYTES;
    }
    return a.add(b).add(c.add(d));
  }

  /** The maximum of a channel where the query is positive, else the minimum. */
  private static FloatVector bound(IntVector pair, int shift, float q) {
    int by = q > 0 ? shift + 8 : shift;
    return (FloatVector) pair.lanewise(LSHR, by).and(BYTE).convertShape(I2F, FLOATS, 0);
  }
}
