package io.github.quest4j.attention.kernel;

/**
 * Where things lie in a block of {@code sketch} digests, a page in each of 16 lanes.
 *
 * <pre>
 * means            // as the keys of 16 tokens, see KeyLayout
 * signs            // bytes [tokens, headDim/16, lane, 2]
 * scales           // [tokens, lane], least squares
 * unbiased scales  // [tokens, lane]
 * spreads          // [lane], how uncertain the unbiased estimates are
 * </pre>
 *
 * Byte (t, p, lane, r) of the signs holds channels 16p + 8r .. 16p + 8r + 7 of token t, the lowest
 * in bit 0; a bit is set where the rotated residual is negative. Channels are padded to a multiple
 * of 16 with bits of 0. Two rows of eight channels lie interleaved so that the sums of a byte
 * lookup pair up within 16-bit lanes.
 *
 * @param headDim channels
 * @param pageSize tokens
 * @param half whether scales and means are halves, floats otherwise
 */
public record SketchLayout(int headDim, int pageSize, boolean half) {

  static final int LANES = 16; // pages of a block
  static final int CHANNELS = 16; // of a pair of rows
  static final int PAIR_BYTES = 2 * LANES;

  /** Pairs of rows of eight channels. */
  public int pairs() {
    return (headDim + CHANNELS - 1) / CHANNELS;
  }

  /** Bytes of the signs of one token of all pages. */
  int tokenBytes() {
    return pairs() * PAIR_BYTES;
  }

  /** Where the signs begin; the means lie before them. */
  int signsOffset() {
    return headDim * LANES * elementBytes();
  }

  /** Where the signs of a token and pair of rows lie, 16 bits. */
  public int signsOffset(int token, int pair, int lane) {
    return signsOffset() + token * tokenBytes() + pair * PAIR_BYTES + 2 * lane;
  }

  /** Where the least-squares scales begin. */
  public int scalesOffset() {
    return signsOffset() + pageSize * tokenBytes();
  }

  /** Where the unbiased scales begin. */
  public int unbiasedOffset() {
    return scalesOffset() + pageSize * LANES * elementBytes();
  }

  /** Where the spreads begin. */
  public int spreadsOffset() {
    return unbiasedOffset() + pageSize * LANES * elementBytes();
  }

  /** Bytes of a scale or of a channel of a mean. */
  public int elementBytes() {
    return half ? Short.BYTES : Float.BYTES;
  }

  /** Bytes of a block. */
  public int bytes() {
    return spreadsOffset() + LANES * elementBytes();
  }
}
