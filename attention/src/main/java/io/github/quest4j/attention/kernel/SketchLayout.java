package io.github.quest4j.attention.kernel;

/**
 * Where things lie in the {@code sketch} digest of a page.
 *
 * <pre>
 * signs            // bytes [tokens/16, headDim/16, 16 tokens, 2]
 * scales           // [tokens], least squares
 * unbiased scales  // [tokens]
 * mean             // [headDim]
 * </pre>
 *
 * Byte (p, t, r) of a block holds channels 16p + 8r .. 16p + 8r + 7 of token t, the lowest in bit
 * 0; a bit is set where the rotated residual is negative. Tokens are padded to a multiple of 16 and
 * channels likewise, with bits of 0 and scales of 0. Two rows of eight channels lie interleaved so
 * that the sums of a byte lookup pair up within 16-bit lanes.
 *
 * @param headDim channels
 * @param pageSize tokens
 * @param half whether scales and mean are halves, floats otherwise
 */
public record SketchLayout(int headDim, int pageSize, boolean half) {

  static final int TOKENS = 16; // of a block
  static final int CHANNELS = 16; // of a pair of rows
  static final int PAIR_BYTES = 32;

  /** Blocks of 16 tokens. */
  public int blocks() {
    return (pageSize + TOKENS - 1) / TOKENS;
  }

  /** Pairs of rows of eight channels. */
  public int pairs() {
    return (headDim + CHANNELS - 1) / CHANNELS;
  }

  /** Bytes of the signs of one block. */
  public int blockBytes() {
    return pairs() * PAIR_BYTES;
  }

  /** Where the least-squares scales begin. */
  public int scalesOffset() {
    return blocks() * blockBytes();
  }

  /** Where the unbiased scales begin. */
  public int unbiasedOffset() {
    return scalesOffset() + blocks() * TOKENS * elementBytes();
  }

  /** Where the mean begins. */
  public int meanOffset() {
    return unbiasedOffset() + blocks() * TOKENS * elementBytes();
  }

  private int elementBytes() {
    return half ? Short.BYTES : Float.BYTES;
  }

  /** Bytes of the digest. */
  public int bytes() {
    return meanOffset() + headDim * elementBytes();
  }

  /** Byte of a block that holds a channel of a token of the block. */
  static int signByte(int token, int channel) {
    return channel / CHANNELS * PAIR_BYTES + token * 2 + (channel / 8 & 1);
  }
}
