package io.github.quest4j.attention.kernel;

/**
 * Where things lie in a block of {@code minmax8} digests, a page in each of 16 lanes.
 *
 * <pre>
 * scales   // floats [lane]
 * offsets  // floats [lane]
 * bounds   // bytes [headDim/2, lane, {minimum, maximum of an even channel, and of the odd one}]
 * </pre>
 *
 * A bound u stands for {@code offset + scale * u}, u in 0..255.
 */
public final class BoundsLayout {

  static final int LANES = ScoreKernels.LANES;

  /** Where the scales begin. */
  public static final int SCALES = 0;

  /** Where the offsets begin. */
  public static final int OFFSETS = SCALES + Float.BYTES * LANES;

  /** Where the bounds begin. */
  static final int BOUNDS = OFFSETS + Float.BYTES * LANES;

  /** Bytes from one pair of channels to the next. */
  static final int PAIR_BYTES = Integer.BYTES * LANES;

  private BoundsLayout() {}

  /** Bytes of a block. */
  public static int bytes(int headDim) {
    return BOUNDS + (headDim / 2) * PAIR_BYTES;
  }

  /** Where the minimum of a channel and page lies; the maximum follows. */
  public static int minimum(int channel, int lane) {
    return BOUNDS + (channel / 2) * PAIR_BYTES + Integer.BYTES * lane + 2 * (channel % 2);
  }
}
