package io.github.quest4j.attention;

import java.util.OptionalDouble;

/** What the decode steps of one sequence have read. Written by the thread that drives the steps. */
public final class AttentionCounters {

  // Shares from 1e-6 to 1 on a logarithmic scale; what is below counts as the lowest.
  private static final int BUCKETS = 240;
  private static final double LOWEST = -6;

  private final long[] missedBuckets = new long[BUCKETS];
  private long steps;
  private long selections;
  private long pagesSelected;
  private long pagesTotal;
  private long tokensSelected;
  private long kvBytesRead;
  private long digestBytesRead;
  private long missedCount;
  private double missedSum;
  private final long[] layerMissedCounts;
  private final double[] layerMissedSums;

  AttentionCounters(int layers) {
    layerMissedCounts = new long[layers];
    layerMissedSums = new double[layers];
  }

  void step() {
    steps++;
  }

  void selection(int selected, int total, long tokens) {
    selections++;
    tokensSelected += tokens;
    pagesSelected += selected;
    pagesTotal += total;
  }

  void read(long kvBytes, long digestBytes) {
    kvBytesRead += kvBytes;
    digestBytesRead += digestBytes;
  }

  void missed(int layer, double share) {
    if (Double.isNaN(share)) {
      return;
    }
    missedCount++;
    missedSum += share;
    layerMissedCounts[layer]++;
    layerMissedSums[layer] += share;
    double position = share <= 0 ? 0 : (Math.log10(share) - LOWEST) / -LOWEST * BUCKETS;
    missedBuckets[(int) Math.clamp(position, 0, BUCKETS - 1)]++;
  }

  /** Decode steps. */
  public long steps() {
    return steps;
  }

  /**
   * Page lists chosen: per step, sparse layer and KV head, or query head where each has its own.
   */
  public long selections() {
    return selections;
  }

  /** Pages in all lists chosen. */
  public long pagesSelected() {
    return pagesSelected;
  }

  /** Pages that those lists were chosen from. */
  public long pagesTotal() {
    return pagesTotal;
  }

  /** Pages of a list, mean; empty where none was chosen. */
  public OptionalDouble pagesSelectedMean() {
    return selections == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) pagesSelected / selections);
  }

  /**
   * Tokens in all lists chosen, the step's own included: of a whole page all it holds, otherwise
   * those that the policy keeps.
   */
  public long tokensSelected() {
    return tokensSelected;
  }

  /** Tokens of a list, mean; empty where none was chosen. */
  public OptionalDouble tokensSelectedMean() {
    return selections == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) tokensSelected / selections);
  }

  /**
   * Bytes of keys and values read by decode steps; of a page of which a policy keeps some tokens,
   * all.
   */
  public long kvBytesRead() {
    return kvBytesRead;
  }

  /** Bytes of digests read by decode steps. */
  public long digestBytesRead() {
    return digestBytesRead;
  }

  /** Bytes of keys, values and digests that a decode step read, mean; 0 before the first. */
  public double bytesReadPerStep() {
    return steps == 0 ? 0 : (double) (kvBytesRead + digestBytesRead) / steps;
  }

  /**
   * Estimated share of the attention on pages not read, mean over steps, sparse layers and query
   * heads; a step estimates it in a quarter of its layers, four steps in all of them. Empty where
   * unknown.
   */
  public OptionalDouble missedMassMean() {
    return missedCount == 0 ? OptionalDouble.empty() : OptionalDouble.of(missedSum / missedCount);
  }

  /**
   * That mean of one layer alone; empty where unknown, as in dense layers.
   *
   * @param layer in 0 .. the model's layers - 1
   */
  public OptionalDouble missedMassMean(int layer) {
    return layerMissedCounts[layer] == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(layerMissedSums[layer] / layerMissedCounts[layer]);
  }

  /** Layers of the model. */
  public int layers() {
    return layerMissedCounts.length;
  }

  /**
   * A percentile of that share, to about 3 %; empty where unknown.
   *
   * @param percent in 0..100
   */
  public OptionalDouble missedMassPercentile(double percent) {
    if (missedCount == 0) {
      return OptionalDouble.empty();
    }
    long wanted = (long) Math.ceil(missedCount * Math.clamp(percent, 0, 100) / 100);
    long seen = 0;
    int bucket = 0;
    while (bucket < BUCKETS - 1 && seen + missedBuckets[bucket] < wanted) {
      seen += missedBuckets[bucket++];
    }
    return OptionalDouble.of(Math.pow(10, LOWEST - LOWEST * (bucket + 0.5) / BUCKETS));
  }
}
