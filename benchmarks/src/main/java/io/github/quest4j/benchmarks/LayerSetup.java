package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.LayerShape;

/**
 * One layer's decode attention.
 *
 * @param context tokens that a step attends to, its own included
 * @param heads query heads
 * @param shape KV heads and head dim
 * @param pageSize tokens in a page
 * @param kvType element type of keys and values
 * @param quest how pages are chosen
 * @param threads that compute
 * @param workingSet bytes of keys and values that the copies of the layer have together at least,
 *     so that they do not stay in the processor's caches; the read bandwidth is measured on as many
 * @param seed of keys, values and queries
 */
public record LayerSetup(
    int context,
    int heads,
    LayerShape shape,
    int pageSize,
    KvType kvType,
    AttentionOptions quest,
    int threads,
    long workingSet,
    long seed) {

  private static final long MIN_WORKING_SET = 256L << 20;
  private static final int MAX_CONTEXT = 1 << 24;

  /** Checks the sizes and makes every layer sparse. */
  public LayerSetup {
    quest = quest.withPolicy(AttentionOptions.QUEST).withDenseLayers(0);
    quest.check(pageSize);
    if (context < 2 * pageSize || context > MAX_CONTEXT) {
      throw new IllegalArgumentException(
          "context is not in %d..%d, two pages at least: %d"
              .formatted(2 * pageSize, MAX_CONTEXT, context));
    }
    if (heads < 1 || heads % shape.kvHeads() != 0) {
      throw new IllegalArgumentException(
          heads + " query heads do not divide among " + shape.kvHeads() + " KV heads");
    }
    if (workingSet < 1) {
      throw new IllegalArgumentException("working set is not positive: " + workingSet);
    }
  }

  /** Four times the processor's largest cache, 256 MiB at least. */
  public static long defaultWorkingSet() {
    return Math.max(MIN_WORKING_SET, 4 * LastLevelCache.bytes().orElse(0));
  }

  /** The same with another context. */
  public LayerSetup withContext(int value) {
    return new LayerSetup(value, heads, shape, pageSize, kvType, quest, threads, workingSet, seed);
  }

  /** Bytes of keys and values of one layer. */
  long layerBytes() {
    return 2L * context * shape.kvHeads() * shape.headDim() * kvType.bytes();
  }
}
