package io.github.quest4j.model.compute;

/**
 * The rows of one step: those of prompt pieces first, then those of decode steps.
 *
 * <p>Matrix products run blocked over prompt rows and as streaming dot products over decode rows,
 * chosen by kind and never by count, so that a token's numbers do not depend on what else is in the
 * step.
 *
 * @param prefill rows of prompt pieces, rows 0 .. prefill-1
 * @param decode rows of decode steps, rows prefill .. prefill+decode-1
 */
public record StepRows(int prefill, int decode) {

  /** All rows. */
  public int total() {
    return prefill + decode;
  }
}
