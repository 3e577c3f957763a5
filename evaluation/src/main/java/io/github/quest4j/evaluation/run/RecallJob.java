package io.github.quest4j.evaluation.run;

import io.github.quest4j.attention.AttentionInspector;
import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.StepView;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.engine.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of the true attention the selection covers, by layer and head (the paper's figures 3 and
 * 4): the share of the mass, and of the tokens with the highest weights, as many as were read.
 */
final class RecallJob extends StretchJob {

  /** Sums over the steps of one layer. */
  private static final class Layer {
    final double[] mass; // [queryHeads]
    double top;
    int steps;

    Layer(int heads) {
      mass = new double[heads];
    }
  }

  RecallJob(Stretch stretch) {
    super(stretch);
  }

  @Override
  public boolean dense() {
    return false;
  }

  @Override
  public int steps() {
    return 4 * stretch.steps(); // each reads everything as well
  }

  @Override
  public Map<String, Object> run(Sequence sequence, Cell cell) {
    AttentionInspector inspector = new AttentionInspector();
    Map<Integer, Layer> layers = new LinkedHashMap<>();
    sequence
        .attention()
        .probe((attention, layer, q, qOffset, read) -> {
          if (read.selects()) {
            see(inspector, layers, attention, layer, q, qOffset, read);
          }
        });
    feed(sequence);
    List<Map<String, Object>> byLayer = new ArrayList<>();
    double mass = 0;
    double top = 0;
    for (Map.Entry<Integer, Layer> entry : layers.entrySet()) {
      Layer layer = entry.getValue();
      List<Double> heads = new ArrayList<>();
      for (double sum : layer.mass) {
        heads.add(sum / layer.steps);
      }
      double layerMass = Arrays.stream(layer.mass).sum() / layer.mass.length / layer.steps;
      double layerTop = layer.top / layer.mass.length / layer.steps;
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("layer", entry.getKey());
      one.put("mass", layerMass);
      one.put("top", layerTop);
      one.put("heads", heads);
      byLayer.add(one);
      mass += layerMass / layers.size();
      top += layerTop / layers.size();
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("layers", byLayer);
    result.put("mass", mass);
    result.put("top", top);
    return result;
  }

  private static void see(
      AttentionInspector inspector,
      Map<Integer, Layer> layers,
      SequenceAttention attention,
      int layer,
      float[] q,
      int qOffset,
      StepView read) {
    int group = inspector.group(attention, layer);
    int pageSize = attention.cache().pool().layout().pageSize();
    int kvHeads = attention.cache().pool().layout().layers().get(layer).kvHeads();
    Layer sums = layers.computeIfAbsent(layer, l -> new Layer(kvHeads * group));
    sums.steps++;
    float[] scores = new float[group * attention.cache().pages(layer) * pageSize];
    for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
      int stride = inspector.scores(attention, layer, kvHead, q, qOffset, scores);
      for (int h = 0; h < group; h++) {
        int head = kvHead * group + h;
        PageList pages = read.list(head / read.headsPerList());
        Tokens tokens = Tokens.of(scores, h * stride, attention.cache().extent());
        sums.mass[head] += tokens.massOf(pages, pageSize);
        sums.top += tokens.topOf(pages, pageSize);
      }
    }
  }
}
