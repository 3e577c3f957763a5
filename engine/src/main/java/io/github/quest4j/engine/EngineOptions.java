package io.github.quest4j.engine;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.KvLayout;

/**
 * How a model is opened. Immutable; made by {@link #defaults} and the {@code with…} methods.
 *
 * @param threads that compute
 * @param context tokens that a sequence may have; 0 for the model's own
 * @param kvType element type of the KV cache
 * @param pageSize tokens in a page, a power of two in 8..128
 * @param attention what requests use that do not say; its scorer is the one whose digests are kept
 * @param prefillChunk tokens of a prompt read in one pass
 * @param kvLimit bytes that the KV cache may take at most
 */
public record EngineOptions(
    int threads,
    int context,
    KvType kvType,
    int pageSize,
    AttentionOptions attention,
    int prefillChunk,
    long kvLimit) {

  private static final int MAX_THREADS = 1_024;
  private static final int MAX_CHUNK = 8_192;
  private static final int DEFAULT_CHUNK = 512;
  private static final int DEFAULT_PAGE = 16;

  /** Checks the values. */
  public EngineOptions {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException("threads is not in 1.." + MAX_THREADS + ": " + threads);
    }
    if (context < 0) {
      throw new IllegalArgumentException("context is negative: " + context);
    }
    KvLayout.requirePageSize(pageSize);
    if (prefillChunk < 1 || prefillChunk > MAX_CHUNK) {
      throw new IllegalArgumentException(
          "prefill chunk is not in 1.." + MAX_CHUNK + ": " + prefillChunk);
    }
    if (kvLimit < 1) {
      throw new IllegalArgumentException("KV limit is not positive: " + kvLimit);
    }
  }

  /**
   * All cores, the model's context, f16 pages of 16 tokens, half of the machine's memory for the
   * cache.
   */
  public static EngineOptions defaults() {
    return new EngineOptions(
        Runtime.getRuntime().availableProcessors(),
        0,
        KvType.F16,
        DEFAULT_PAGE,
        AttentionOptions.defaults(),
        DEFAULT_CHUNK,
        Math.max(1L << 28, MachineMemory.total() / 2));
  }

  /** The same with other threads. */
  public EngineOptions withThreads(int value) {
    return new EngineOptions(value, context, kvType, pageSize, attention, prefillChunk, kvLimit);
  }

  /** The same with another context. */
  public EngineOptions withContext(int value) {
    return new EngineOptions(threads, value, kvType, pageSize, attention, prefillChunk, kvLimit);
  }

  /** The same with another KV type. */
  public EngineOptions withKvType(KvType value) {
    return new EngineOptions(threads, context, value, pageSize, attention, prefillChunk, kvLimit);
  }

  /** The same with another page size. */
  public EngineOptions withPageSize(int value) {
    return new EngineOptions(threads, context, kvType, value, attention, prefillChunk, kvLimit);
  }

  /** The same with other attention. */
  public EngineOptions withAttention(AttentionOptions value) {
    return new EngineOptions(threads, context, kvType, pageSize, value, prefillChunk, kvLimit);
  }

  /** The same with prompts read in other pieces. */
  public EngineOptions withPrefillChunk(int value) {
    return new EngineOptions(threads, context, kvType, pageSize, attention, value, kvLimit);
  }

  /** The same with another limit of the KV cache, in bytes. */
  public EngineOptions withKvLimit(long value) {
    return new EngineOptions(threads, context, kvType, pageSize, attention, prefillChunk, value);
  }
}
