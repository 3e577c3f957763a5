package io.github.quest4j.attention;

import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.select.PageSelector;

/**
 * One sequence's cache, the policy by which its decode steps read it, and the counters of what they
 * read. Not thread-safe.
 */
public final class SequenceAttention implements AutoCloseable {

  private final PagedAttention attention;
  private final KvCache cache;
  private final AttentionOptions options;
  private final PageSelector selector;
  private final PageSelector.State state;
  private final AttentionCounters counters = new AttentionCounters();

  SequenceAttention(
      PagedAttention attention,
      KvCache cache,
      AttentionOptions options,
      PageSelector selector,
      PageSelector.State state) {
    this.attention = attention;
    this.cache = cache;
    this.options = options;
    this.selector = selector;
    this.state = state;
  }

  /** Keys and values. */
  public KvCache cache() {
    return cache;
  }

  /** How its decode steps attend. */
  public AttentionOptions options() {
    return options;
  }

  /** What its decode steps have read. */
  public AttentionCounters counters() {
    return counters;
  }

  /** The policy. */
  public PageSelector selector() {
    return selector;
  }

  /** What the policy remembers. */
  public PageSelector.State state() {
    return state;
  }

  /** Drops the tokens from {@code length} on. */
  public void truncate(int length) {
    cache.truncate(length);
    state.truncate(length);
  }

  /** A copy that shares the pages, with the same policy and counters from zero. */
  public SequenceAttention fork() {
    return new SequenceAttention(attention, cache.fork(), options, selector, state.fork());
  }

  /**
   * A copy that shares the pages and is read by another policy. It takes over what this one's has
   * observed, where that is what it needs ({@link
   * io.github.quest4j.attention.select.ObservingSelector}), but not what this one's has evicted.
   *
   * @throws IllegalArgumentException as {@link PagedAttention#open(AttentionOptions)}
   */
  public SequenceAttention fork(AttentionOptions how) {
    return fork(how, attention.selector(how));
  }

  /** Likewise, for a policy of the caller's own; {@code how} says the rest. */
  public SequenceAttention fork(AttentionOptions how, PageSelector policy) {
    SequenceAttention copy = attention.open(cache.fork(), how, policy);
    copy.state.adopt(state);
    return copy;
  }

  /** Gives the pages back. */
  @Override
  public void close() {
    cache.close();
  }
}
