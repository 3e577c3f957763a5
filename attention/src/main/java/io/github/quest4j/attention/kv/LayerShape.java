package io.github.quest4j.attention.kv;

/**
 * The shape of one layer's keys and values.
 *
 * @param kvHeads KV heads
 * @param headDim channels of a key or value, a multiple of 4
 * @param window tokens that a query of this layer can see, itself included; 0 where it sees all
 */
public record LayerShape(int kvHeads, int headDim, int window) {

  /** Checks the sizes. */
  public LayerShape {
    if (kvHeads < 1 || kvHeads > 1024) {
      throw new IllegalArgumentException("KV heads is not in 1..1024: " + kvHeads);
    }
    if (headDim < 4 || headDim > 1024 || headDim % 4 != 0) {
      throw new IllegalArgumentException("head dim is not a multiple of 4 in 4..1024: " + headDim);
    }
    if (window < 0) {
      throw new IllegalArgumentException("window is negative: " + window);
    }
  }
}
