package io.github.quest4j.evaluation.run;

import io.github.quest4j.engine.Sequence;
import io.github.quest4j.engine.sample.Logits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How well a text is predicted behind a context: the sum of losses, and by position. */
final class LossJob extends StretchJob {

  private static final int BUCKETS = 8;

  LossJob(Stretch stretch) {
    super(stretch);
  }

  @Override
  public Map<String, Object> run(Sequence sequence, Cell cell) {
    int count = stretch.steps() - 1;
    int bucket = Math.max(1, Math.ceilDiv(count, BUCKETS));
    List<Map<String, Object>> positions = new ArrayList<>();
    double loss = 0;
    double inBucket = 0;
    int from = prefix();
    for (int i = 0; i < count; i++) {
      float[] logits = sequence.step(tokens()[prefix() + i]);
      double one = Logits.logSumExp(logits) - logits[tokens()[prefix() + i + 1]];
      loss += one;
      inBucket += one;
      if ((i + 1) % bucket == 0 || i + 1 == count) {
        int to = prefix() + i + 1;
        Map<String, Object> position = new LinkedHashMap<>();
        position.put("from", from);
        position.put("loss", inBucket);
        position.put("predictions", to - from);
        positions.add(position);
        from = to;
        inBucket = 0;
      }
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("loss", loss);
    result.put("predictions", count);
    result.put("positions", positions);
    return result;
  }
}
