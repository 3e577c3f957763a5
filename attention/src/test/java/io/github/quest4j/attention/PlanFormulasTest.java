package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.Sample.Part;
import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.select.PageList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The plan against the formulas in doubles. */
class PlanFormulasTest {

  private static final double CLOSE = 1e-5;

  static Stream<Sizes> sizes() {
    List<Sizes> all = new ArrayList<>();
    for (KvType type : KvType.values()) {
      for (int headDim : new int[] {12, 64, 80, 96, 128, 256}) {
        all.add(new Sizes(2, 1, headDim, 16, type));
        all.add(new Sizes(1, 3, headDim, 8, type));
        all.add(new Sizes(1, 7, headDim, 32, type));
      }
      all.add(new Sizes(3, 3, 64, 16, type));
      all.add(new Sizes(2, 4, 64, 128, type));
      all.add(new Sizes(1, 8, 64, 64, type));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void denseDecodeAndPrefillOfEveryLength(Sizes sizes) {
    for (int tokens : new int[] {1, 15, 16, 17, 100, 333}) {
      Rows rows = new Rows(sizes, tokens + 1, tokens);
      Formulas formulas = new Formulas(sizes, rows, 0);
      try (Sample sample = new Sample(sizes, "minmax", 2);
          SequenceAttention sequence =
              sample.attention.open(AttentionOptions.defaults().withPolicy("dense"))) {
        float[] prompt = sample.step(new Part(sequence, rows, tokens, true))[0];
        for (int t : new int[] {0, tokens / 2, tokens - 1}) {
          for (int head = 0; head < sizes.queryHeads(); head++) {
            List<Integer> seen = Formulas.range(0, t + 1);
            close(sizes, formulas, rows, t, head, seen, prompt, t);
          }
        }
        float[] next = sample.step(new Part(sequence, rows, 1, false))[0];
        for (int head = 0; head < sizes.queryHeads(); head++) {
          List<Integer> seen = Formulas.range(0, tokens + 1);
          double lse = close(sizes, formulas, rows, tokens, head, seen, next, 0);
          assertThat((double) sample.plan.logSumExp(0, head)).isCloseTo(lse, within(CLOSE));
        }
        assertThat(sample.plan.selected(0)).isEmpty();
      }
    }
  }

  /** Compares one head of one row; returns the log-sum-exp. */
  private static double close(
      Sizes sizes,
      Formulas formulas,
      Rows rows,
      int position,
      int head,
      List<Integer> tokens,
      float[] out,
      int row) {
    int width = sizes.queryHeads() * sizes.headDim();
    int at = position * width + head * sizes.headDim();
    var expected = formulas.attend(rows.q[0], at, head / sizes.group(), tokens);
    for (int i = 0; i < sizes.headDim(); i++) {
      assertThat((double) out[row * width + head * sizes.headDim() + i])
          .as("position %s head %s channel %s", position, head, i)
          .isCloseTo(expected.out()[i], within(CLOSE));
    }
    return expected.lse();
  }

  @ParameterizedTest
  @CsvSource({
    "minmax, f32, group, 1",
    "minmax, f32, head, 0",
    "minmax, f16, group, 1",
    "meanstd, f32, group, 1",
    "meanstd, f32, head, 1",
    "oracle, f32, group, 1",
    "oracle, f32, head, 0",
    "oracle, f16, head, 1",
  })
  void questReadsThePagesOfTheFormula(String scorer, String type, String gqa, int sinks) {
    for (int threads : new int[] {1, 3}) {
      Sizes sizes = new Sizes(2, 3, 64, 16, KvType.of(type));
      int tokens = 1000;
      Rows rows = new Rows(sizes, tokens + 20, 7);
      AttentionOptions options =
          AttentionOptions.defaults()
              .withScorer(scorer)
              .withTokenBudget(200)
              .withDenseLayers(0)
              .withSinkPages(sinks)
              .withGqa(AttentionOptions.Gqa.of(gqa));
      try (Sample sample = new Sample(sizes, scorer, threads);
          SequenceAttention sequence = sample.attention.open(options)) {
        sample.prefill(sequence, rows, tokens, 333);
        for (int position = tokens; position < tokens + 20; position++) {
          float[] out = sample.step(new Part(sequence, rows, 1, false))[0];
          questStep(sample, rows, scorer, gqa, sinks, position, out);
        }
        assertThat(sequence.counters().steps()).isEqualTo(20);
        int lists = gqa.equals("head") ? 6 : 2;
        assertThat(sequence.counters().selections()).isEqualTo(20L * lists);
        assertThat(sequence.counters().pagesSelected()).isEqualTo(20L * lists * 12);
      }
    }
  }

  private static void questStep(
      Sample sample, Rows rows, String scorer, String gqa, int sinks, int position, float[] out) {
    Sizes sizes = sample.sizes;
    Formulas formulas = new Formulas(sizes, rows, 0);
    int pages = position / sizes.pageSize() + 1;
    boolean perHead = gqa.equals("head");
    List<PageList> lists = sample.plan.selected(0);
    assertThat(lists).hasSize(perHead ? sizes.queryHeads() : sizes.kvHeads());
    for (int l = 0; l < lists.size(); l++) {
      int heads = perHead ? 1 : sizes.group();
      double[] scores = new double[pages - 1];
      for (int h = l * heads; h < (l + 1) * heads; h++) {
        int q = (position * sizes.queryHeads() + h) * sizes.headDim();
        int kvHead = h / sizes.group();
        double[] own = new double[pages - 1];
        double mass = 0;
        for (int page = 0; page < pages - 1; page++) {
          own[page] =
              switch (scorer) {
                case "minmax" -> formulas.minMax(rows.q[0], q, kvHead, page);
                case "meanstd" -> formulas.meanStd(rows.q[0], q, kvHead, page);
                default -> formulas.logMass(rows.q[0], q, kvHead, page);
              };
          mass += Math.exp(own[page]);
        }
        for (int page = 0; page < pages - 1; page++) {
          if (perHead) {
            scores[page] = own[page];
          } else if (scorer.equals("oracle")) {
            scores[page] += Math.exp(own[page]) / mass;
          } else {
            scores[page] = h == l * heads ? own[page] : Math.max(scores[page], own[page]);
          }
        }
      }
      List<Integer> chosen = Formulas.choose(scores, 12, sinks);
      assertThat(lists.get(l).toArray())
          .isEqualTo(chosen.stream().mapToInt(Integer::intValue).toArray());
      List<Integer> seen = formulas.tokens(chosen, position);
      for (int h = l * heads; h < (l + 1) * heads; h++) {
        double lse = close(sizes, formulas, rows, position, h, seen, out, 0);
        assertThat((double) sample.plan.logSumExp(0, h)).isCloseTo(lse, within(CLOSE));
      }
    }
  }

  @Test
  void windowedLayersSeeTheirWindowOnly() {
    for (int window : new int[] {1, 15, 16, 40, 1000}) {
      Sizes sizes = new Sizes(2, 1, 3, 32, 16, KvType.F32, window);
      Rows rows = new Rows(sizes, 200, 3);
      Formulas formulas = new Formulas(sizes, rows, 1);
      int width = sizes.queryHeads() * sizes.headDim();
      AttentionOptions options = AttentionOptions.defaults().withTokenBudget(48).withDenseLayers(0);
      try (Sample sample = new Sample(sizes, "sketch", 2);
          SequenceAttention sequence = sample.attention.open(options)) {
        for (int t = 0; t < 200; ) {
          int n = t < 150 ? 50 : 1;
          float[] out = sample.step(new Part(sequence, rows, n, t < 150))[1];
          for (int row = 0; row < n; row++) {
            int position = t + row;
            List<Integer> seen = Formulas.range(Math.max(0, position - window + 1), position + 1);
            for (int h = 0; h < 3; h++) {
              int q = position * width + h * sizes.headDim();
              var expected = formulas.attend(rows.q[1], q, 0, seen);
              for (int i = 0; i < sizes.headDim(); i++) {
                assertThat((double) out[row * width + h * sizes.headDim() + i])
                    .isCloseTo(expected.out()[i], within(CLOSE));
              }
            }
          }
          t += n;
        }
        // Layer 0 selects; the windowed one reads its window.
        assertThat(sequence.counters().selections()).isEqualTo(50);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"oracle, 0.0005", "sketch, 0.1"})
  void theMissedMassIsWhatTheFormulaMisses(String scorer, double tolerance) {
    Sizes sizes = new Sizes(1, 3, 64, 16, KvType.F32);
    Rows rows = new Rows(sizes, 1050, 11);
    Formulas formulas = new Formulas(sizes, rows, 0);
    AttentionOptions options =
        AttentionOptions.defaults().withScorer(scorer).withTokenBudget(256).withDenseLayers(0);
    try (Sample sample = new Sample(sizes, scorer, 2);
        SequenceAttention sequence = sample.attention.open(options)) {
      sample.prefill(sequence, rows, 1000, 1000);
      double expected = 0;
      double greatest = 0;
      for (int position = 1000; position < 1050; position++) {
        sample.step(new Part(sequence, rows, 1, false));
        if (position % 4 != 0) {
          continue; // layer 0 has its turn in every fourth step
        }
        List<Integer> pages = new ArrayList<>();
        for (int page : sample.plan.selected(0).getFirst().toArray()) {
          pages.add(page);
        }
        List<Integer> read = formulas.tokens(pages, position);
        for (int h = 0; h < 3; h++) {
          int q = (position * 3 + h) * 64;
          double all = formulas.attend(rows.q[0], q, 0, Formulas.range(0, position + 1)).lse();
          double some = formulas.attend(rows.q[0], q, 0, read).lse();
          double missed = 1 - Math.exp(some - all);
          expected += missed / (13 * 3);
          greatest = Math.max(greatest, missed);
        }
      }
      assertThat(expected).isGreaterThan(0.05);
      AttentionCounters counters = sequence.counters();
      assertThat(counters.missedMassMean().orElseThrow()).isCloseTo(expected, within(tolerance));
      assertThat(counters.missedMassPercentile(95).orElseThrow())
          .isBetween(expected, greatest + tolerance + 0.03);
    }
  }

  @Test
  void scalarKernelsServeThePlanToo() {
    Sizes sizes = new Sizes(1, 3, 20, 8, KvType.F16);
    Rows rows = new Rows(sizes, 101, 5);
    Formulas formulas = new Formulas(sizes, rows, 0);
    AttentionOptions options = AttentionOptions.defaults().withScorer("minmax").withTokenBudget(32);
    try (Sample sample = new Sample(sizes, "minmax", 2, Kernels.scalar());
        SequenceAttention sequence = sample.attention.open(options.withDenseLayers(0))) {
      sample.prefill(sequence, rows, 100, 37);
      float[] out = sample.step(new Part(sequence, rows, 1, false))[0];
      List<Integer> pages = new ArrayList<>();
      for (int page : sample.plan.selected(0).getFirst().toArray()) {
        pages.add(page);
      }
      assertThat(pages).hasSize(4);
      for (int h = 0; h < 3; h++) {
        close(sizes, formulas, rows, 100, h, formulas.tokens(pages, 100), out, 0);
      }
    }
  }
}
