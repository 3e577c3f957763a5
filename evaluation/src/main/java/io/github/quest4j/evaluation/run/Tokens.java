package io.github.quest4j.evaluation.run;

import io.github.quest4j.attention.select.PageList;
import java.util.Arrays;

/**
 * The true attention weights of one query head.
 *
 * @param weights {@code [tokens]}, which sum to 1
 */
record Tokens(double[] weights) {

  /** From scaled scores. */
  static Tokens of(float[] scores, int offset, int tokens) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < tokens; i++) {
      most = Math.max(most, scores[offset + i]);
    }
    double[] weights = new double[tokens];
    double sum = 0;
    for (int i = 0; i < tokens; i++) {
      weights[i] = Math.exp(scores[offset + i] - most);
      sum += weights[i];
    }
    for (int i = 0; i < tokens; i++) {
      weights[i] /= sum;
    }
    return new Tokens(weights);
  }

  /** Which tokens a list reads. */
  boolean[] read(PageList pages, int pageSize) {
    boolean[] read = new boolean[weights.length];
    for (int i = 0; i < pages.count(); i++) {
      int first = pages.get(i) * pageSize;
      for (int t = 0; t < pageSize && first + t < read.length; t++) {
        long bits = t < Long.SIZE ? pages.low(i) : pages.high(i);
        read[first + t] = (bits >>> t % Long.SIZE & 1) != 0;
      }
    }
    return read;
  }

  /** Share of the attention on what a list reads. */
  double massOf(PageList pages, int pageSize) {
    boolean[] read = read(pages, pageSize);
    double mass = 0;
    for (int i = 0; i < read.length; i++) {
      mass += read[i] ? weights[i] : 0;
    }
    return mass;
  }

  /** Share of the attention on what a list does not read; exact where it is small. */
  double missedBy(PageList pages, int pageSize) {
    boolean[] read = read(pages, pageSize);
    double mass = 0;
    for (int i = 0; i < read.length; i++) {
      mass += read[i] ? 0 : weights[i];
    }
    return mass;
  }

  /** Of the tokens with the highest weights, as many as a list reads, the share that it reads. */
  double topOf(PageList pages, int pageSize) {
    boolean[] read = read(pages, pageSize);
    int count = 0;
    for (boolean one : read) {
      count += one ? 1 : 0;
    }
    double[] sorted = weights.clone();
    Arrays.sort(sorted);
    double least = sorted[sorted.length - count];
    int found = 0;
    for (int i = 0; i < read.length; i++) {
      found += read[i] && weights[i] >= least ? 1 : 0;
    }
    return Math.min(1, (double) found / count);
  }
}
