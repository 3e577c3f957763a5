package io.github.quest4j.engine.trace;

import java.util.List;

/** Sums over tokens of what {@link Reading} tells; filled by {@link AttentionTrace}. */
final class Shares {

  final List<Integer> layers;
  final double[] share; // [passages]
  final double[] focus; // [passages]
  final double[] rank; // [passages]
  final double[] pages; // [pages of the prompt]
  final double[][] layerShare; // [layers][passages], or none
  double sink;
  double template;
  double generated;
  int tokens;

  Shares(List<Integer> layers, int passages, int pages, boolean perLayer) {
    this.layers = layers;
    share = new double[passages];
    focus = new double[passages];
    rank = new double[passages];
    this.pages = new double[pages];
    layerShare = new double[perLayer ? layers.size() : 0][passages];
  }

  void add(Shares other) {
    add(other.share, share);
    add(other.focus, focus);
    add(other.rank, rank);
    add(other.pages, pages);
    for (int l = 0; l < layerShare.length; l++) {
      add(other.layerShare[l], layerShare[l]);
    }
    sink += other.sink;
    template += other.template;
    generated += other.generated;
    tokens += other.tokens;
  }

  private static void add(double[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  Shares copy() {
    Shares copy = new Shares(layers, share.length, pages.length, layerShare.length > 0);
    copy.add(this);
    return copy;
  }
}
