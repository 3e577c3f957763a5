package io.github.quest4j.engine;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.select.PageSelector;
import io.github.quest4j.model.transformer.ForwardBatch;
import io.github.quest4j.model.transformer.Transformer.LogitsSink;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * One sequence of tokens in the cache, fed by hand: prompts in pieces, then single tokens through
 * the sparse path. What {@link Engine#start} and evaluation stand on. Not thread-safe; its steps
 * wait for those of other sequences of the engine.
 */
public final class Sequence implements AutoCloseable {

  private final Engine engine;
  private final SequenceAttention attention;
  private final float[] logits; // [vocabulary]
  private boolean closed;

  Sequence(Engine engine, SequenceAttention attention, int vocabulary) {
    this.engine = engine;
    this.attention = attention;
    this.logits = new float[vocabulary];
  }

  /** Tokens in the cache. */
  public int length() {
    return attention.cache().length();
  }

  /** The cache, the policy it is read by, and the counters of what was read. */
  public SequenceAttention attention() {
    return attention;
  }

  /**
   * Reads tokens with dense causal attention, in pieces of the engine's size.
   *
   * @param progress is told how many tokens have been read after each piece
   * @return logits after the last token, {@code [vocabulary]}; valid until the next call
   * @throws EngineException if the context or the memory for pages is exceeded; the sequence is
   *     then as after the last piece
   */
  public float[] prefill(int[] tokens, int from, int count, IntConsumer progress) {
    if (count < 1) {
      throw new IllegalArgumentException("a prompt needs at least one token");
    }
    int done = 0;
    while (done < count) {
      int piece = Math.min(piece(), count - done);
      read(tokens, from + done, piece, done + piece == count);
      done += piece;
      progress.accept(done);
    }
    return logits;
  }

  /**
   * Reads a piece of a prompt in one pass.
   *
   * @param last whether it is the prompt's last, whose logits are wanted
   */
  float[] read(int[] tokens, int from, int count, boolean last) {
    ForwardBatch.Logits wanted = last ? ForwardBatch.Logits.LAST : ForwardBatch.Logits.NONE;
    engine.forward(new ForwardBatch().prefill(attention, tokens, from, count, wanted), this::keep);
    return logits;
  }

  /** Tokens of a prompt that the next pass should read. */
  int piece() {
    return engine.piece();
  }

  /** Reads all tokens. */
  public float[] prefill(int[] tokens) {
    return prefill(tokens, 0, tokens.length, done -> {});
  }

  /** Reads tokens in one pass and hands over the logits after each of them. */
  public void prefillAll(int[] tokens, int from, int count, LogitsSink sink) {
    engine.forward(
        new ForwardBatch().prefill(attention, tokens, from, count, ForwardBatch.Logits.ALL), sink);
  }

  /**
   * Reads one token through the pages that the policy selects.
   *
   * @return logits after it, {@code [vocabulary]}; valid until the next call
   */
  public float[] step(int token) {
    engine.forward(new ForwardBatch().decode(attention, token), this::keep);
    return logits;
  }

  /**
   * Reads one token of each of several sequences of one engine in one pass, which reads the weights
   * once; every sequence is then as after {@link #step} alone.
   *
   * @param tokens one for each sequence
   * @return the logits after each; valid until the next call
   * @throws IllegalArgumentException if there are no sequences, not as many tokens, a sequence
   *     twice, or sequences of several engines
   */
  public static List<float[]> step(List<Sequence> sequences, int[] tokens) {
    if (sequences.isEmpty() || sequences.size() != tokens.length) {
      throw new IllegalArgumentException(
          sequences.size() + " sequences cannot take " + tokens.length + " tokens, one each");
    }
    Engine engine = sequences.getFirst().engine;
    ForwardBatch batch = new ForwardBatch();
    Set<Sequence> seen = new HashSet<>();
    for (int i = 0; i < tokens.length; i++) {
      Sequence sequence = sequences.get(i);
      if (sequence.engine != engine) {
        throw new IllegalArgumentException("sequences of several engines cannot share a step");
      }
      if (!seen.add(sequence)) {
        throw new IllegalArgumentException("a sequence stands twice in a step");
      }
      batch.decode(sequence.attention, tokens[i]);
    }
    engine.forward(batch, (part, token, from) -> sequences.get(part).keep(part, token, from));
    return sequences.stream().map(sequence -> sequence.logits).toList();
  }

  /** Drops the tokens from {@code length} on. */
  public void truncate(int length) {
    attention.truncate(length);
  }

  /** A copy that shares the pages, which are copied when either writes. */
  public Sequence fork() {
    return engine.fork(this);
  }

  /**
   * A copy that shares the pages and is read by another policy, with counters and state of its own,
   * as {@link SequenceAttention#fork(AttentionOptions)} says.
   */
  public Sequence fork(AttentionOptions how) {
    return engine.fork(this, how);
  }

  /**
   * A copy in a sibling of this sequence's engine, or in the engine whose sibling that is; keys and
   * values are copied, digests made anew.
   *
   * @throws EngineException if the other engine has no memory for it
   */
  public Sequence copyTo(Engine other, AttentionOptions how) {
    return other.copy(this, how);
  }

  /** Likewise, for a policy of the caller's own; {@code how} says the rest. */
  public Sequence fork(AttentionOptions how, PageSelector policy) {
    return engine.fork(this, how, policy);
  }

  private void keep(int part, int token, float[] from) {
    System.arraycopy(from, 0, logits, 0, logits.length);
  }

  /** Gives the pages back. Idempotent; may be called from any thread between two steps. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      attention.close();
      engine.forget(this);
    }
  }
}
