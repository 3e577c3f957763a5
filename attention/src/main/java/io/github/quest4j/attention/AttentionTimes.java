package io.github.quest4j.attention;

/**
 * Where the decode rows of all steps so far spent their time, by the clock.
 *
 * @param scoreNanos scoring pages
 * @param selectNanos combining the scores of a group and choosing pages
 * @param attendNanos reading the chosen pages, and all pages of dense layers
 * @param mergeNanos making one result of a list's chunks
 */
public record AttentionTimes(long scoreNanos, long selectNanos, long attendNanos, long mergeNanos) {

  /** The time since an earlier state. */
  public AttentionTimes minus(AttentionTimes earlier) {
    return new AttentionTimes(
        scoreNanos - earlier.scoreNanos,
        selectNanos - earlier.selectNanos,
        attendNanos - earlier.attendNanos,
        mergeNanos - earlier.mergeNanos);
  }
}
