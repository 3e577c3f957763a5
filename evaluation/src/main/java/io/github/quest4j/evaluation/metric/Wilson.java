package io.github.quest4j.evaluation.metric;

/**
 * The 95 % score interval of a proportion (E. B. Wilson, 1927). Unlike the normal interval it stays
 * within 0..1 and has a width where all or none are right.
 */
public final class Wilson {

  /** The normal distribution's 97.5 % quantile. */
  private static final double Z = 1.959963984540054;

  private Wilson() {}

  /**
   * The interval of a proportion.
   *
   * @param right how many were right; or the sum of grades of 0..1, which spread no more than right
   *     and wrong with the same mean, so that the interval is on the wide side
   * @param items out of how many
   * @return of no items, 0 to 1
   * @throws IllegalArgumentException unless 0 &lt;= right &lt;= items
   */
  public static Interval interval(double right, int items) {
    if (!(right >= 0 && right <= items)) {
      throw new IllegalArgumentException(right + " of " + items + " is no proportion");
    }
    if (items == 0) {
      return new Interval(Double.NaN, 0, 1);
    }
    double n = items;
    double share = right / n;
    double centre = share + Z * Z / (2 * n);
    double half = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    double scale = 1 + Z * Z / n;
    // the ends are exact at none and all right, where rounding would miss 0 and 1
    double low = right == 0 ? 0 : (centre - half) / scale;
    double high = right == items ? 1 : (centre + half) / scale;
    return new Interval(share, low, high);
  }
}
