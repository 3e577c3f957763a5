package io.github.quest4j.attention;

import io.github.quest4j.attention.kernel.KvType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The paper's formulas in doubles, over plain rows. */
final class Formulas {

  /** Result of one query head. */
  @SuppressWarnings("ArrayRecordComponent")
  record Attended(double[] out, double lse, double[] weights) {}

  private final Sample.Sizes sizes;
  private final float[] k;
  private final float[] v;

  Formulas(Sample.Sizes sizes, Sample.Rows rows, int layer) {
    this.sizes = sizes;
    this.k = rows.k[layer];
    this.v = rows.v[layer];
  }

  private double stored(float x) {
    return sizes.type() == KvType.F32 ? x : Float.float16ToFloat(Float.floatToFloat16(x));
  }

  private int at(int token, int kvHead) {
    return (token * sizes.kvHeads() + kvHead) * sizes.headDim();
  }

  double logit(float[] q, int qAt, int kvHead, int token) {
    double dot = 0;
    for (int i = 0; i < sizes.headDim(); i++) {
      dot += q[qAt + i] * stored(k[at(token, kvHead) + i]);
    }
    return dot;
  }

  /** softmax(scale q K^T) V over the given tokens. */
  Attended attend(float[] q, int qAt, int kvHead, List<Integer> tokens) {
    double max = Double.NEGATIVE_INFINITY;
    double[] p = new double[tokens.size()];
    for (int j = 0; j < p.length; j++) {
      p[j] = logit(q, qAt, kvHead, tokens.get(j)) * sizes.scale();
      max = Math.max(max, p[j]);
    }
    double sum = 0;
    for (int j = 0; j < p.length; j++) {
      p[j] = Math.exp(p[j] - max);
      sum += p[j];
    }
    double[] out = new double[sizes.headDim()];
    for (int j = 0; j < p.length; j++) {
      p[j] /= sum;
      for (int i = 0; i < out.length; i++) {
        out[i] += p[j] * stored(v[at(tokens.get(j), kvHead) + i]);
      }
    }
    return new Attended(out, max + Math.log(sum), p);
  }

  /** sum_i max(q_i M_i, q_i m_i) over a full page. */
  double minMax(float[] q, int qAt, int kvHead, int page) {
    double score = 0;
    for (int i = 0; i < sizes.headDim(); i++) {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (int t = page * sizes.pageSize(); t < (page + 1) * sizes.pageSize(); t++) {
        min = Math.min(min, stored(k[at(t, kvHead) + i]));
        max = Math.max(max, stored(k[at(t, kvHead) + i]));
      }
      score += Math.max(q[qAt + i] * max, q[qAt + i] * min);
    }
    return score;
  }

  /** q.mean + |q|.std over a full page. */
  double meanStd(float[] q, int qAt, int kvHead, int page) {
    double score = 0;
    int n = sizes.pageSize();
    for (int i = 0; i < sizes.headDim(); i++) {
      double mean = 0;
      for (int t = page * n; t < (page + 1) * n; t++) {
        mean += stored(k[at(t, kvHead) + i]) / n;
      }
      double variance = 0;
      for (int t = page * n; t < (page + 1) * n; t++) {
        variance += Math.pow(stored(k[at(t, kvHead) + i]) - mean, 2) / n;
      }
      score += q[qAt + i] * mean + Math.abs(q[qAt + i]) * Math.sqrt(variance);
    }
    return score;
  }

  /** log sum_j exp(scale q.k_j) over a full page. */
  double logMass(float[] q, int qAt, int kvHead, int page) {
    double sum = 0;
    for (int t = page * sizes.pageSize(); t < (page + 1) * sizes.pageSize(); t++) {
      sum += Math.exp(logit(q, qAt, kvHead, t) * sizes.scale());
    }
    return Math.log(sum);
  }

  /** The best pages, the current and the sinks among them; ties to the lowest. */
  static List<Integer> choose(double[] scores, int budget, int sinks) {
    List<Integer> free = new ArrayList<>();
    for (int page = sinks; page < scores.length; page++) {
      free.add(page);
    }
    free.sort(Comparator.comparingDouble((Integer page) -> -scores[page]).thenComparing(p -> p));
    List<Integer> chosen = new ArrayList<>(free.subList(0, budget - 1 - sinks));
    for (int page = 0; page < sinks; page++) {
      chosen.add(page);
    }
    chosen.add(scores.length);
    chosen.sort(null);
    return chosen;
  }

  /** Tokens of those pages, up to and with the query's own. */
  List<Integer> tokens(List<Integer> pages, int position) {
    List<Integer> tokens = new ArrayList<>();
    for (int page : pages) {
      for (int t = page * sizes.pageSize(); t < (page + 1) * sizes.pageSize(); t++) {
        if (t <= position) {
          tokens.add(t);
        }
      }
    }
    return tokens;
  }

  static List<Integer> range(int from, int to) {
    List<Integer> tokens = new ArrayList<>();
    for (int t = from; t < to; t++) {
      tokens.add(t);
    }
    return tokens;
  }
}
