package io.github.quest4j.attention.select;

/**
 * A policy: which pages a decode step reads. Immutable; what a policy remembers of a sequence lives
 * in a {@link State}.
 *
 * <p>How policies from the literature sit on it: <em>StreamingLLM</em> lists its sink pages and the
 * last ones and needs neither scores nor weights. <em>H2O</em> and <em>TOVA</em> see the weights of
 * every decode step and of the prompt's rows ({@link State#observedRows} without limit, or one
 * row), sum or keep them per token, and list the pages that are left with the bits of the tokens
 * that are ({@link PageList#add(int, long, long)}); a token once dropped gains nothing any more.
 * <em>SnapKV</em> sees the weights of the prompt's last rows, its observation window, and lists the
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
     */
    default int observedRows(int layer) {
      return 0;
    }

    /** Whether {@link #observe} is told of decode steps in that layer. */
    default boolean observesSteps(int layer) {
      return false;
    }

    /**
     * Sees the attention weights of one query head, which sum to 1.
     *
     * @param position of the query in the sequence
     * @param pages that were read
     * @param weights {@code [pages.count(), pageSize]}: of the tokens of those pages; 0 for those
     *     not seen
     */
    default void observe(int layer, int queryHead, int position, PageList pages, float[] weights) {}

    /** The sequence was cut to that length. */
    default void truncate(int length) {}

    /** A copy for a sequence that goes on from here. */
    State fork();
  }
}
