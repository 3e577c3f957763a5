package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.Sample.Part;
import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.KvType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies to other pages, probes, and budgets of attention. */
class EvaluationPathTest {

  private static final int TOKENS = 700;
  private static final int STEPS = 8;

  private static Sizes sizes(int pageSize) {
    return new Sizes(2, 2, 3, 64, pageSize, KvType.F16, 50);
  }

  private static AttentionOptions quest(String scorer, int budget) {
    return AttentionOptions.defaults()
        .withScorer(scorer)
        .withTokenBudget(budget)
        .withDenseLayers(0);
  }

  private static List<float[]> steps(Sample sample, SequenceAttention sequence, Rows rows) {
    List<float[]> results = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      results.addAll(Arrays.asList(sample.step(new Part(sequence, rows, 1, false))));
    }
    return results;
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 64})
  void aCopyInOtherPagesIsAsIfThePromptHadBeenReadThere(int pageSize) {
    Rows rows = new Rows(sizes(16), TOKENS + STEPS, 3);
    AttentionOptions how = quest("minmax", 192);
    try (Sample from = new Sample(sizes(16), "sketch", 2);
        Sample to = new Sample(sizes(pageSize), "minmax", 2);
        SequenceAttention prompt = from.attention.open(quest("sketch", 192));
        SequenceAttention expected = to.attention.open(how)) {
      from.prefill(prompt, rows, TOKENS, 256);
      to.prefill(expected, rows, TOKENS, 99);
      long used = to.pool.pagesInUse();
      try (SequenceAttention copy = prompt.copyTo(to.attention, how)) {
        List<float[]> copied = steps(to, copy, rows);
        List<float[]> read = steps(to, expected, rows);
        for (int i = 0; i < read.size(); i++) {
          assertThat(copied.get(i)).isEqualTo(read.get(i));
        }
        assertThat(copy.counters().selections()).isPositive();
      }
      assertThat(to.pool.pagesInUse()).isLessThanOrEqualTo(used + 2);
    }
  }

  @Test
  void aCopyNeedsTheSameLayers() {
    Sizes other = new Sizes(2, 2, 3, 32, 16, KvType.F16, 50);
    try (Sample from = new Sample(sizes(16), "sketch", 1);
        Sample to = new Sample(other, "sketch", 1);
        SequenceAttention prompt = from.attention.open(quest("sketch", 192))) {
      assertThatThrownBy(() -> prompt.copyTo(to.attention, quest("sketch", 192)))
          .hasMessage(
              "keys and values can only be copied to an empty sequence of the same layers and type");
      assertThat(to.pool.pagesInUse()).isZero();
    }
  }

  @Test
  void aProbeSeesTheScoresThatAttentionSummed() {
    Rows rows = new Rows(sizes(16), TOKENS + 1, 4);
    List<Integer> layers = new ArrayList<>();
    AttentionInspector inspector = new AttentionInspector();
    try (Sample sample = new Sample(sizes(16), "sketch", 2);
        SequenceAttention sequence = sample.attention.open(quest("sketch", 192))) {
      sample.prefill(sequence, rows, TOKENS, TOKENS);
      sequence.probe((seen, layer, q, qOffset, read) -> {
        layers.add(layer);
        assertThat(read.selects()).isEqualTo(layer == 0);
        float[] scores = new float[3 * 16 * 64];
        for (int kvHead = 0; kvHead < 2; kvHead++) {
          int stride = inspector.scores(seen, layer, kvHead, q, qOffset, scores);
          for (int h = 0; h < 3; h++) {
            int head = 3 * kvHead + h;
            double sum = 0;
            for (int i = 0; i < read.list(kvHead).count(); i++) {
              int first = (read.list(kvHead).get(i) - seen.cache().firstPage(layer)) * 16;
              for (int t = first; t < first + 16; t++) {
                sum += Math.exp(scores[h * stride + t]);
              }
            }
            assertThat((double) read.logSumExp(head)).isCloseTo(Math.log(sum), within(1e-4));
            assertThat(Double.isNaN(read.missed(head))).isEqualTo(layer == 1);
          }
        }
      });
      sample.step(new Part(sequence, rows, 1, false));
    }
    assertThat(layers).containsExactly(0, 1);
  }

  @Test
  void estimatesAreThoseOfTheScorer() {
    Rows rows = new Rows(sizes(16), TOKENS + 1, 5);
    AttentionInspector inspector = new AttentionInspector();
    try (Sample sample = new Sample(sizes(16), "oracle", 1);
        SequenceAttention sequence = sample.attention.open(quest("oracle", 192))) {
      sample.prefill(sequence, rows, TOKENS, TOKENS);
      int[] seenTimes = {0};
      sequence.probe((seen, layer, q, qOffset, read) -> {
        if (layer > 0) {
          return;
        }
        int pages = seen.cache().pages(0);
        float[] scores = new float[3 * pages * 16];
        float[] masses = new float[3 * pages];
        float[] deviations = new float[3 * pages];
        int stride = inspector.scores(seen, 0, 1, q, qOffset, scores);
        int n = inspector.estimates(seen, 0, 1, q, qOffset, masses, deviations, pages);
        assertThat(n).isEqualTo(pages - 1);
        for (int h = 0; h < 3; h++) {
          for (int page = 0; page < n; page++) {
            double sum = 0;
            for (int t = 0; t < 16; t++) {
              sum += Math.exp(scores[h * stride + page * 16 + t]);
            }
            assertThat((double) masses[h * pages + page]).isCloseTo(Math.log(sum), within(1e-4));
          }
        }
        assertThat(deviations).containsOnly(0f);
        seenTimes[0]++;
      });
      sample.step(new Part(sequence, rows, 1, false));
      assertThat(seenTimes[0]).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"group", "head"})
  void aBudgetOfAttentionReadsLessWhereLessIsAskedFor(String gqa) {
    Rows rows = new Rows(sizes(16), TOKENS + STEPS, 6);
    double before = Double.POSITIVE_INFINITY;
    for (double target : new double[] {0, 0.2, 0.4, 0.6}) {
      AttentionOptions how =
          quest("sketch", 640).withGqa(AttentionOptions.Gqa.of(gqa)).withMissedMass(target);
      try (Sample one = new Sample(sizes(16), "sketch", 1);
          Sample five = new Sample(sizes(16), "sketch", 5);
          SequenceAttention a = one.attention.open(how);
          SequenceAttention b = five.attention.open(how)) {
        one.prefill(a, rows, TOKENS, TOKENS);
        five.prefill(b, rows, TOKENS, 64);
        List<float[]> first = steps(one, a, rows);
        List<float[]> second = steps(five, b, rows);
        for (int i = 0; i < first.size(); i++) {
          assertThat(first.get(i)).isEqualTo(second.get(i)); // whatever the threads
        }
        double read = a.counters().tokensSelectedMean().orElseThrow();
        assertThat(read).isLessThan(before).isLessThanOrEqualTo(640);
        before = read;
        if (target > 0.1) {
          double missed = a.counters().missedMassMean().orElseThrow();
          assertThat(missed).isBetween(target / 2, target * 1.5);
        }
      }
    }
  }

  @Test
  void aBudgetOfAttentionNeedsAnEstimate() {
    assertThatThrownBy(() -> quest("minmax", 320).withMissedMass(0.1).check(16))
        .hasMessage("scorer minmax cannot tell what is missed: a missed mass needs scorer sketch");
    assertThatThrownBy(() -> quest("sketch", 320).withMissedMass(1))
        .hasMessage("missed mass is not in 0..1: 1.0");
    assertThatThrownBy(() -> quest("sketch", 320).withMissedMass(Double.NaN))
        .hasMessage("missed mass is not in 0..1: NaN");
  }
}
