package io.github.quest4j.attention.kernel;

/**
 * Where the keys of a page and KV head lie: channels outside, tokens inside, so that a vector holds
 * one pair of channels of 16 tokens and q.k needs no sum across lanes.
 *
 * <pre>
 * f16   // [pageSize/block, headDim/2, block tokens, 2 channels]
 * f32   // [pageSize/block, headDim, block tokens]
 * </pre>
 *
 * A block is 16 tokens, or the page where that is smaller. Values lie token by token, {@code
 * [pageSize, headDim]}.
 */
public final class KeyLayout {

  /** Tokens of a block in pages of at least so many. */
  static final int BLOCK = 16;

  private KeyLayout() {}

  /** Tokens of a block. */
  static int block(int pageSize) {
    return Math.min(BLOCK, pageSize);
  }

  /** Index of an element among the {@code pageSize * headDim} of the page, in elements. */
  public static int index(KvType type, int headDim, int pageSize, int token, int channel) {
    int block = block(pageSize);
    int start = token / block * block * headDim;
    int t = token % block;
    return switch (type) {
      case F16 -> start + (channel / 2 * block + t) * 2 + channel % 2;
      case F32 -> start + channel * block + t;
    };
  }
}
