package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.kernel.KvType;
import java.util.List;

/**
 * How a pool lays out the cache of one model.
 *
 * @param pageSize tokens in a page, a power of two in 8..128
 * @param type element type of keys and values
 * @param layers shape of every layer
 * @param digest format of the page digests
 */
public record KvLayout(int pageSize, KvType type, List<LayerShape> layers, DigestFormat digest) {

  /** Checks the sizes and keeps an own copy of the list. */
  public KvLayout {
    requirePageSize(pageSize);
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a KV layout needs at least one layer");
    }
  }

  /**
   * Checks a page size.
   *
   * @throws IllegalArgumentException naming the sizes there are
   */
  public static void requirePageSize(int pageSize) {
    if (Integer.bitCount(pageSize) != 1 || pageSize < 8 || pageSize > 128) {
      throw new IllegalArgumentException(
          "page size is not a power of two from 8 to 128: "
              + pageSize
              + " (give 8, 16, 32, 64 or 128)");
    }
  }
}
