package io.github.quest4j.attention.select;

import java.util.Optional;

/**
 * A policy: which pages a decode step reads. Immutable; what a policy remembers of a sequence lives
 * in a {@link State}.
 *
 * <p>How policies from the literature sit on it: {@link StreamingSelector} lists the first tokens
 * and the last ones and needs neither scores nor weights. {@link H2oSelector} and {@link
 * TovaSelector} see the weights of every decode step and of the prompt's rows ({@link
 * State#observedRows} without limit, or one row), sum or keep them per token ({@link
 * Observations}), and list the pages that are left with the bits of the tokens that are ({@link
 * PageList#add(int, long, long)}); a token once dropped gains nothing any more. {@link
 * SnapKvSelector} sees the weights of the prompt's last rows, its observation window, and lists the
 * same tokens ever after, and what was decoded since. A prompt comes in pieces, each of which shows
 * its own last rows in ascending order: the last rows seen are those of the prompt.
 */
public interface PageSelector {

  /** The name used on the command line. */
  String name();

  /** Whether pages must be scored before {@link State#select}. */
  boolean needsScores();

  /** What the policy remembers of a new, empty sequence. */
  State open(int layers, int kvHeads, int queryHeads, int pageSize);

  /**
   * What a policy remembers of one sequence. The heads of one layer may be asked for by several
   * threads, each of them once.
   */
  interface State {

    /**
     * A decode step comes to a layer; told once per layer and step, before {@link #selects}, by the
     * thread that drives the steps. A step that was given up may come again.
     *
     * @param position of its token in the sequence
     */
    default void begin(int layer, int position) {}

    /**
     * Whether the step chooses among {@code pages} pages in that layer; otherwise it reads all of
     * them.
     */
    boolean selects(int layer, int pages);

    /**
     * Chooses the pages of one list, ascending, the current page {@code pages - 1} among them.
     *
     * @param list the KV head, or the query head where each has its own list
     * @param scores of the pages before the current one, {@code scores[offset + page]}, where the
     *     policy needs them
     * @param topK this worker's
     */
    void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out);

    /**
     * How many of a prompt piece's last rows {@link #observe} is told of in that layer; 0 for none.
     * Layers with a window are read whole and not observed.
     */
    default int observedRows(int layer) {
      return 0;
    }

    /** Whether {@link #observe} is told of decode steps in that layer. */
    default boolean observesSteps(int layer) {
      return false;
    }

    /**
     * The rows at {@code position .. position + rows - 1} are observed next in that layer; told by
     * the thread that drives the steps.
     */
    default void expect(int layer, int position, int rows) {}

    /**
     * Sees the attention weights that one row gave to consecutive tokens, summed over the query
     * heads that share a list: over the whole row they sum to their number. Different lists and
     * different tokens may be told of by several threads; of one token the rows come in their
     * order.
     *
     * @param list the KV head, or, in a decode step, the query head where each has its own list
     * @param position of the row's query in the sequence
     * @param token position of the first token
     * @param weights of {@code count} tokens from {@code offset} on; 0 for those not read
     */
    default void observe(
        int layer, int list, int position, int token, int count, float[] weights, int offset) {}

    /** What it has observed, for {@link #adopt}. */
    default Optional<Observations> observations() {
      return Optional.empty();
    }

    /**
     * Takes over what another policy's state has observed of the same tokens, where that is what
     * this one needs. What the other has evicted is not taken over.
     */
    default void adopt(State other) {}

    /** The sequence was cut to that length. */
    default void truncate(int length) {}

    /** A copy for a sequence that goes on from here. */
    State fork();
  }
}
