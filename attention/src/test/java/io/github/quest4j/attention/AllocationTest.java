package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.quest4j.attention.PagedAttention.Item;
import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A decode step allocates next to nothing. With the plain kernels: vectors are boxed until the
 * compiler has come to them, which says nothing of the code.
 */
class AllocationTest {

  private static final int LAYERS = 8;

  @ParameterizedTest
  @CsvSource({"quest, minmax", "quest, minmax8", "dense, sketch"})
  void decodeStepsDoNotAllocate(String policy, String scorer) {
    Sizes sizes = new Sizes(LAYERS, 2, 3, 64, 16, KvType.F16, 0);
    Rows rows = new Rows(new Sizes(1, 2, 3, 64, 16, KvType.F16, 0), 600, 1);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Sample sample = new Sample(sizes, scorer, 1, Kernels.scalar());
        SequenceAttention sequence =
            sample.attention.open(
                AttentionOptions.defaults()
                    .withPolicy(policy)
                    .withScorer(scorer)
                    .withTokenBudget(256))) {
      float[] out = new float[600 * 6 * 64];
      step(sample, List.of(new Item(sequence, 599, true)), rows, out);
      List<Item> next = List.of(new Item(sequence, 1, false));
      int steps = 20;
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5 && least > 64L * steps * LAYERS; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < steps; i++) {
          step(sample, next, rows, out);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isLessThanOrEqualTo(64L * steps * LAYERS);
    }
  }

  private static void step(Sample sample, List<Item> items, Rows rows, float[] out) {
    AttentionPlan plan = sample.attention.plan(items);
    for (int layer = 0; layer < LAYERS; layer++) {
      plan.run(layer, rows.q[0], 6 * 64, rows.k[0], rows.v[0], 2 * 64, out, 6 * 64);
    }
    plan.commit();
  }
}
