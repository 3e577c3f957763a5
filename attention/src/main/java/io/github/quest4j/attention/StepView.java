package io.github.quest4j.attention;

import io.github.quest4j.attention.select.PageList;

/** What one decode step read in one layer. */
public interface StepView {

  /** Whether pages were chosen; otherwise all were read. */
  boolean selects();

  /** Lists: one per KV head, or per query head where each has its own. */
  int lists();

  /** Query heads that read a list. */
  int headsPerList();

  /** The pages of a list, ascending. */
  PageList list(int list);

  /** Log-sum-exp of the scaled scores over what a query head read. */
  float logSumExp(int queryHead);

  /** Estimated share of a query head's attention on pages not read; NaN where not estimated. */
  double missed(int queryHead);
}
