package io.github.quest4j.attention;

/**
 * What a model's attention has beside the shape of its cache.
 *
 * @param queryHeads query heads of a layer, a multiple of its KV heads
 * @param scale what q.k is multiplied by, 1/sqrt(head dim) in most models
 */
public record AttentionShape(int queryHeads, float scale) {

  /** Checks the values. */
  public AttentionShape {
    if (queryHeads < 1 || queryHeads > 4_096) {
      throw new IllegalArgumentException("query heads is not in 1..4096: " + queryHeads);
    }
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException("attention scale is not positive: " + scale);
    }
  }
}
