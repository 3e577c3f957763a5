package io.github.quest4j.evaluation.run;

import io.github.quest4j.attention.AttentionInspector;
import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.StepView;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.engine.Sequence;
import java.util.Map;

/**
 * How true the estimate of the missed attention mass is: for every step, layer and head the
 * estimate, its bound of two standard errors and the bound that minima and maxima give, beside the
 * truth.
 */
final class MissedJob extends StretchJob {

  private static final double ERRORS = 2;

  MissedJob(Stretch stretch) {
    super(stretch);
  }

  @Override
  public boolean dense() {
    return false;
  }

  @Override
  public boolean measures(Variant variant) {
    return variant.selector().equals("quest/sketch");
  }

  @Override
  public int steps() {
    return 6 * stretch.steps();
  }

  @Override
  public Map<String, Object> run(Sequence sequence, Cell cell) {
    AttentionInspector inspector = new AttentionInspector();
    Calibration calibration = new Calibration();
    PageBounds bounds = new PageBounds();
    sequence
        .attention()
        .probe((attention, layer, q, qOffset, read) -> {
          if (read.selects()) {
            see(inspector, calibration, bounds, attention, layer, q, qOffset, read);
          }
        });
    feed(sequence);
    return calibration.result();
  }

  private static void see(
      AttentionInspector inspector,
      Calibration calibration,
      PageBounds bounds,
      SequenceAttention attention,
      int layer,
      float[] q,
      int qOffset,
      StepView read) {
    int group = inspector.group(attention, layer);
    int pageSize = attention.cache().pool().layout().pageSize();
    int pages = attention.cache().pages(layer);
    var shape = attention.cache().pool().layout().layers().get(layer);
    float[] scores = new float[group * pages * pageSize];
    float[] masses = new float[group * pages];
    float[] deviations = new float[group * pages];
    float scale = inspector.scale(attention);
    for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
      int stride = inspector.scores(attention, layer, kvHead, q, qOffset, scores);
      int estimated =
          inspector.estimates(attention, layer, kvHead, q, qOffset, masses, deviations, pages);
      float[] minima = bounds.of(attention.cache(), layer, kvHead, estimated);
      for (int h = 0; h < group; h++) {
        int head = kvHead * group + h;
        PageList list = read.list(head / read.headsPerList());
        Tokens tokens = Tokens.of(scores, h * stride, attention.cache().extent());
        double truth = tokens.missedBy(list, pageSize);
        boolean[] in = new boolean[pages];
        for (int i = 0; i < list.count(); i++) {
          in[list.get(i)] = true;
        }
        float lse = read.logSumExp(head);
        double upper = 0;
        double bound = 0;
        for (int page = 0; page < estimated; page++) {
          if (!in[page]) {
            double deviation = deviations[h * pages + page];
            upper += Math.exp(masses[h * pages + page] + ERRORS * deviation - lse);
            double most =
                bounds.bound(minima, page, q, qOffset + head * shape.headDim(), shape.headDim());
            bound += pageSize * Math.exp(scale * most - lse);
          }
        }
        calibration.add(layer, truth, read.missed(head), share(upper), share(bound));
      }
    }
  }

  /** The share of something unread beside what was read, whose mass is 1. */
  private static double share(double unread) {
    return Double.isInfinite(unread) ? 1 : unread / (1 + unread);
  }
}
