package io.github.quest4j.attention;

import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The policies that evict by attention, in doubles and lists, for one layer. */
final class EvictingReference {

  private final Sizes sizes;
  private final Rows rows;
  private final Formulas formulas;
  private final int budget;
  private final List<List<Integer>> kept = new ArrayList<>(); // per KV head
  private final double[][] sums; // [kvHeads][tokens]
  private final double[][] last; // [kvHeads][tokens]
  private final double[][] votes; // [kvHeads][tokens]

  EvictingReference(Sizes sizes, Rows rows, int tokens, int budget) {
    this.sizes = sizes;
    this.rows = rows;
    this.formulas = new Formulas(sizes, rows, 0);
    this.budget = budget;
    sums = new double[sizes.kvHeads()][tokens];
    last = new double[sizes.kvHeads()][tokens];
    votes = new double[sizes.kvHeads()][tokens];
    IntStream.range(0, sizes.kvHeads()).forEach(i -> kept.add(new ArrayList<>()));
  }

  /** The rows of a prompt, of which the last ones vote. */
  void prompt(int tokens, int window) {
    for (int position = 0; position < tokens; position++) {
      for (int kvHead = 0; kvHead < sizes.kvHeads(); kvHead++) {
        kept.get(kvHead).add(position);
        double[] weights = weights(kvHead, position);
        for (int t = 0; position >= tokens - window && t <= position; t++) {
          votes[kvHead][t] += weights[t];
        }
      }
    }
  }

  private double[] weights(int kvHead, int position) {
    List<Integer> read = kept.get(kvHead);
    double[] weights = new double[position + 1];
    for (int h = kvHead * sizes.group(); h < (kvHead + 1) * sizes.group(); h++) {
      double[] of = formulas.attend(rows.q[0], q(position, h), kvHead, read).weights();
      for (int i = 0; i < of.length; i++) {
        weights[read.get(i)] += of[i];
      }
    }
    for (int t = 0; t <= position; t++) {
      sums[kvHead][t] += weights[t];
      last[kvHead][t] = weights[t];
    }
    return weights;
  }

  private int q(int position, int head) {
    return (position * sizes.queryHeads() + head) * sizes.headDim();
  }

  /** One decode step of H2O; returns the result of all heads. */
  double[] h2o(int position) {
    for (int kvHead = 0; kvHead < sizes.kvHeads(); kvHead++) {
      double[] worth = sums[kvHead];
      evict(kvHead, position - budget / 2 + 1, budget - 1, worth);
    }
    return step(position);
  }

  double[] tova(int position) {
    double[] worth = new double[position];
    for (int t = 0; t < position; t++) {
      for (double[] of : last) {
        worth[t] += of[t];
      }
    }
    for (int kvHead = 0; kvHead < sizes.kvHeads(); kvHead++) {
      evict(kvHead, position, budget - 1, worth);
    }
    return step(position);
  }

  double[] snapKv(int position, int prompt, int window, int kernel) {
    for (int kvHead = 0; position == prompt && kvHead < sizes.kvHeads(); kvHead++) {
      int before = prompt - window;
      double[] worth = new double[before];
      for (int t = 0; t < before; t++) {
        for (int i = t - kernel / 2; i <= t + kernel / 2; i++) {
          worth[t] = Math.max(worth[t], i >= 0 && i < before ? votes[kvHead][i] : 0);
        }
      }
      evict(kvHead, before, budget, worth);
    }
    return step(position);
  }

  /** Of the tokens before {@code end} drops the least until so many of all are left. */
  private void evict(int kvHead, int end, int most, double[] worth) {
    List<Integer> tokens = kept.get(kvHead);
    while (tokens.size() > most) {
      Integer least =
          tokens.stream()
              .filter(t -> t < end)
              .min(Comparator.comparingDouble((Integer t) -> worth[t]).thenComparingInt(t -> -t))
              .orElseThrow();
      tokens.removeIf(least::equals);
    }
  }

  private double[] step(int position) {
    int dim = sizes.headDim();
    double[] out = new double[sizes.queryHeads() * dim];
    for (int kvHead = 0; kvHead < sizes.kvHeads(); kvHead++) {
      kept.get(kvHead).add(position);
      weights(kvHead, position);
      for (int h = kvHead * sizes.group(); h < (kvHead + 1) * sizes.group(); h++) {
        var attended = formulas.attend(rows.q[0], q(position, h), kvHead, kept.get(kvHead));
        System.arraycopy(attended.out(), 0, out, h * dim, dim);
      }
    }
    return out;
  }

  List<Integer> kept(int kvHead) {
    return kept.get(kvHead);
  }
}
