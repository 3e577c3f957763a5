package io.github.quest4j.evaluation.run;

import io.github.quest4j.evaluation.metric.Correlation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Estimates beside the truth, and what they say together. Shares below a millionth count as one.
 */
final class Calibration {

  private static final double LEAST = 1e-6;
  private static final double BINS_PER_DECADE = 2;

  /** A growing list of numbers. */
  private static final class Numbers {
    double[] values = new double[256];
    int count;

    void add(double value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    double[] all() {
      return Arrays.copyOf(values, count);
    }

    double mean() {
      return Arrays.stream(all()).average().orElse(Double.NaN);
    }

    double quantile(double part) {
      double[] sorted = all();
      Arrays.sort(sorted);
      return sorted[(int) Math.min(sorted.length - 1L, (long) (part * sorted.length))];
    }
  }

  /** Cases of one layer. */
  private static final class Layer {
    final Numbers truth = new Numbers();
    final Numbers estimate = new Numbers();
  }

  private final Layer all = new Layer();
  private final Map<Integer, Layer> layers = new TreeMap<>();
  private final Map<Integer, Numbers> bins = new TreeMap<>();
  private final Numbers boundRatios = new Numbers();
  private int boundBelow;
  private int minMaxBelow;

  /**
   * Adds one case: the shares of the attention of one head in one step that were truly missed,
   * estimated, and at most missed by either bound.
   */
  void add(int layer, double truth, double estimate, double bound, double minMaxBound) {
    double least = Math.max(truth, LEAST);
    double guess = Math.max(estimate, LEAST);
    all.truth.add(least);
    all.estimate.add(guess);
    Layer own = layers.computeIfAbsent(layer, l -> new Layer());
    own.truth.add(least);
    own.estimate.add(guess);
    int bin = (int) Math.floor(Math.log10(least) * BINS_PER_DECADE);
    bins.computeIfAbsent(bin, b -> new Numbers()).add(guess);
    boundRatios.add(Math.max(bound, LEAST) / least);
    boundBelow += Math.max(bound, LEAST) < least ? 1 : 0;
    minMaxBelow += minMaxBound < truth * (1 - 1e-4) - 1e-9 ? 1 : 0; // sums of floats
  }

  /** What {@link io.github.quest4j.evaluation.Row} says of task {@code missed}. */
  Map<String, Object> result() {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("cases", all.truth.count);
    if (all.truth.count == 0) {
      return result;
    }
    result.put("log_correlation", correlation(all));
    result.put("true_mean", all.truth.mean());
    result.put("estimated_mean", all.estimate.mean());
    result.put("bound_below", boundBelow);
    result.put("minmax_below", minMaxBelow);
    result.put("bound_ratio", boundRatios.quantile(0.5));
    List<Map<String, Object>> byTruth = new ArrayList<>();
    bins.forEach((bin, estimates) -> {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("from", Math.pow(10, bin / BINS_PER_DECADE));
      one.put("to", Math.pow(10, (bin + 1) / BINS_PER_DECADE));
      one.put("cases", estimates.count);
      one.put("p5", estimates.quantile(0.05));
      one.put("median", estimates.quantile(0.5));
      one.put("p95", estimates.quantile(0.95));
      byTruth.add(one);
    });
    result.put("bins", byTruth);
    List<Map<String, Object>> byLayer = new ArrayList<>();
    layers.forEach((layer, cases) -> {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("layer", layer);
      one.put("cases", cases.truth.count);
      one.put("true_mean", cases.truth.mean());
      one.put("estimated_mean", cases.estimate.mean());
      one.put("log_correlation", correlation(cases));
      byLayer.add(one);
    });
    result.put("layers", byLayer);
    return result;
  }

  private static double correlation(Layer cases) {
    return Correlation.ofLogs(cases.truth.all(), cases.estimate.all());
  }
}
