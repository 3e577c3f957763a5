package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.Sample.Part;
import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.select.PageList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a probe sees of the weights, against plain sums, and that nothing else changes by it. */
class WeightProbeTest {

  private static final int PROMPT = 700; // more than a block of the tracer
  private static final int STEPS = 6;
  private static final Sizes SIZES = new Sizes(2, 3, 64, 16, KvType.F32);
  private static final Rows ROWS = new Rows(SIZES, PROMPT + STEPS, 11);

  /** One row as the probe saw it. */
  private record Seen(int layer, int position, float[][] weights) {}

  private static List<Seen> watch(SequenceAttention sequence) {
    List<Seen> seen = new ArrayList<>();
    int pageSize = sequence.cache().pool().layout().pageSize();
    sequence.weightProbe((layer, position, weights) -> {
      float[][] heads = new float[weights.queryHeads()][position + 1];
      for (int head = 0; head < heads.length; head++) {
        PageList pages = weights.pages(head);
        for (int i = 0; i < pages.count() * pageSize; i++) {
          int token = pages.get(i / pageSize) * pageSize + i % pageSize;
          float weight = weights.values()[weights.offset(head) + i];
          if (token <= position) {
            heads[head][token] = weight;
          } else {
            assertThat(weight).isZero();
          }
        }
      }
      seen.add(new Seen(layer, position, heads));
    });
    return seen;
  }

  private static AttentionOptions options(String policy, String gqa, int budget) {
    return AttentionOptions.defaults()
        .withPolicy(policy)
        .withGqa(AttentionOptions.Gqa.of(gqa))
        .withTokenBudget(budget)
        .withDenseLayers(0);
  }

  @ParameterizedTest
  @CsvSource({
    "dense, group, 64",
    "quest, group, 64",
    "quest, head, 64",
    "quest, group, 640", // lists of more than a block
    "streaming, group, 60",
    "h2o, group, 61",
    "tova, group, 60",
    "snapkv, group, 60"
  })
  void seesTheWeightsOfWhatWasReadAndChangesNothing(String policy, String gqa, int budget) {
    AttentionOptions how = options(policy, gqa, budget);
    try (Sample sample = new Sample(SIZES, "sketch", 3);
        SequenceAttention traced = sample.attention.open(how);
        SequenceAttention plain = sample.attention.open(how)) {
      List<Seen> seen = watch(traced);
      sample.prefill(plain, ROWS, PROMPT, 300);
      for (int t = 0; t < PROMPT; t += 300) {
        int piece = Math.min(300, PROMPT - t);
        sample.step(new Part(traced, ROWS, piece, true));
        check(seen.getLast(), t + piece - 1, List.of());
      }
      assertThat(seen).hasSize(3);
      for (int position = PROMPT; position < PROMPT + STEPS; position++) {
        float[] both =
            sample.run(new Part(plain, ROWS, 1, false), new Part(traced, ROWS, 1, false))[0];
        float[] expected = Arrays.copyOfRange(both, 0, both.length / 2);
        float[] result = Arrays.copyOfRange(both, both.length / 2, both.length);
        List<PageList> read = sample.plan.selected(1);
        assertThat(result).isEqualTo(expected);
        assertThat(read.isEmpty()).isEqualTo(policy.equals("dense"));
        check(seen.getLast(), position, read);
        sample.plan.commit();
      }
      assertThat(seen).hasSize(3 + STEPS);
      assertThat(traced.counters().bytesReadPerStep())
          .isEqualTo(plain.counters().bytesReadPerStep());
      assertThat(traced.counters().missedMassMean()).isEqualTo(plain.counters().missedMassMean());
    }
  }

  private static void check(Seen seen, int position, List<PageList> read) {
    assertThat(seen.position()).isEqualTo(position);
    assertThat(seen.weights()).hasNumberOfRows(SIZES.queryHeads());
    for (int head = 0; head < SIZES.queryHeads(); head++) {
      double[] expected = new double[position + 1];
      double sum = 0;
      for (int t = 0; t <= position; t++) {
        if (read.isEmpty() || kept(read.get(head * read.size() / SIZES.queryHeads()), t)) {
          expected[t] = Math.exp(score(position, head, t));
          sum += expected[t];
        }
      }
      double total = 0;
      for (int t = 0; t <= position; t++) {
        double weight = seen.weights()[head][t];
        assertThat(weight).isCloseTo(expected[t] / sum, within(1e-5));
        assertThat(weight == 0).isEqualTo(expected[t] == 0);
        total += weight;
      }
      assertThat(total).isCloseTo(1, within(1e-5));
    }
  }

  private static double score(int position, int head, int token) {
    double sum = 0;
    for (int c = 0; c < SIZES.headDim(); c++) {
      sum +=
          ROWS.q[0][(position * SIZES.queryHeads() + head) * SIZES.headDim() + c]
              * (double)
                  ROWS.k[0][(token * SIZES.kvHeads() + head / SIZES.group()) * SIZES.headDim() + c];
    }
    return sum * SIZES.scale();
  }

  private static boolean kept(PageList list, int token) {
    for (int i = 0; i < list.count(); i++) {
      int bit = token - list.get(i) * SIZES.pageSize();
      if (bit >= 0 && bit < SIZES.pageSize()) {
        return !list.masked() || (list.low(i) >>> bit) % 2 != 0;
      }
    }
    return false;
  }

  @Test
  void layersWithAWindowAreNotSeenAndForksAreNotWatched() {
    Sizes sizes = new Sizes(3, 2, 3, 64, 16, KvType.F16, 70);
    Rows rows = new Rows(sizes, 202, 5);
    try (Sample sample = new Sample(sizes, "sketch", 2);
        SequenceAttention sequence = sample.attention.open(options("quest", "group", 64))) {
      List<Seen> seen = watch(sequence);
      sample.prefill(sequence, rows, 200, 200);
      sample.step(new Part(sequence, rows, 1, false));
      assertThat(seen.stream().map(Seen::layer)).containsExactly(0, 2, 0, 2);
      try (SequenceAttention fork = sequence.fork()) {
        sample.step(new Part(fork, rows, 1, false));
        assertThat(seen).hasSize(4);
        List<Seen> own = watch(fork);
        sample.run(new Part(sequence, rows, 1, false));
        sample.plan.rollback();
        assertThat(own).isEmpty();
        assertThat(seen).hasSize(6);
        assertThat(seen.getLast().position()).isEqualTo(201);
      }
    }
  }
}
