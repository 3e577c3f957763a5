package io.github.quest4j.evaluation.metric;

/**
 * Two systems, a and b, on the same items. An item is right where its score is 1.
 *
 * @param both items that both had right
 * @param onlyA items that only a had right
 * @param onlyB items that only b had right
 * @param neither items that neither had right
 * @param aBetter items where a's score is greater: {@code onlyA} where scores are 0 and 1
 * @param bBetter items where b's score is greater
 * @param pValue two-sided, of the exact sign test over the items where the scores differ (McNemar's
 *     exact test where they are 0 and 1); 1 where none differ
 * @param difference the mean of a minus b, with its 95 % interval by resampling the items; -1..1
 */
public record Paired(
    int both,
    int onlyA,
    int onlyB,
    int neither,
    int aBetter,
    int bBetter,
    double pValue,
    Interval difference) {

  /**
   * Compares two systems.
   *
   * @param a scores of one, 0..1, by item
   * @param b scores of the other on the same items
   * @param seed of the resampling
   * @return of no items: counts of 0, a p-value of 1, a difference of NaN
   * @throws IllegalArgumentException if the two differ in number or a score is not within 0..1
   */
  public static Paired of(double[] a, double[] b, long seed) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " scores cannot be paired with " + b.length);
    }
    int[][] rights = new int[2][2];
    int aBetter = 0;
    int bBetter = 0;
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      rights[right(a[i])][right(b[i])]++;
      differences[i] = a[i] - b[i];
      aBetter += a[i] > b[i] ? 1 : 0;
      bBetter += b[i] > a[i] ? 1 : 0;
    }
    return new Paired(
        rights[1][1],
        rights[1][0],
        rights[0][1],
        rights[0][0],
        aBetter,
        bBetter,
        signTest(aBetter, bBetter),
        Bootstrap.mean(differences, seed));
  }

  /**
   * The two-sided p-value of the exact sign test: how likely counts at least as uneven are if
   * either sign is as likely as the other.
   *
   * @param plus items that differ one way
   * @param minus items that differ the other way
   * @throws IllegalArgumentException if a count is negative
   */
  public static double signTest(int plus, int minus) {
    if (plus < 0 || minus < 0) {
      throw new IllegalArgumentException(plus + " and " + minus + " are no counts");
    }
    int n = Math.addExact(plus, minus);
    double logAll = n * Math.log(2);
    double logWays = 0; // of choosing k of n
    double tail = 0;
    for (int k = 0; k <= Math.min(plus, minus); k++) {
      tail += Math.exp(logWays - logAll);
      logWays += Math.log(n - k) - Math.log(k + 1);
    }
    return Math.min(1, 2 * tail);
  }

  private static int right(double score) {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("a score must be 0 to 1, not " + score);
    }
    return score == 1 ? 1 : 0;
  }
}
