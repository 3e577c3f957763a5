package io.github.quest4j.attention;

import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvCopy;
import io.github.quest4j.attention.select.PageSelector;
import java.util.Optional;

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
  private final AttentionCounters counters;
  private Optional<StepProbe> probe = Optional.empty();
  private Optional<WeightProbe> weightProbe = Optional.empty();

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
    this.counters = new AttentionCounters(attention.pool.layout().layers().size());
  }

  PagedAttention attention() {
    return attention;
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

  /** Shows every layer of every decode step to a probe, from now on; forks do not inherit it. */
  public void probe(StepProbe value) {
    probe = Optional.of(value);
  }

  Optional<StepProbe> probe() {
    return probe;
  }

  /**
   * Shows the weights of the rows that predict tokens to a probe, from now on; forks do not inherit
   * it. No result changes.
   */
  public void weightProbe(WeightProbe value) {
    weightProbe = Optional.of(value);
  }

  Optional<WeightProbe> weightProbe() {
    return weightProbe;
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

  /**
   * A copy in another pool of the same model, whose pages may have another size and other digests.
   *
   * @throws io.github.quest4j.attention.kv.OutOfPagesException if there is no room there
   */
  public SequenceAttention copyTo(PagedAttention other, AttentionOptions how) {
    SequenceAttention copy = other.open(how);
    boolean done = false;
    try {
      KvCopy.copy(cache, copy.cache, attention.workers);
      copy.state.adopt(state);
      done = true;
      return copy;
    } finally {
      if (!done) {
        copy.close();
      }
    }
  }

  /** Gives the pages back. */
  @Override
  public void close() {
    cache.close();
  }
}
