package io.github.quest4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.model.gguf.GgmlType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelBenchTest {

  private static final Schedule SHORT = new Schedule(2, 0);
  private static final int PAGE = 16;
  private static final int DEPTH = 300;
  private static final int STEPS = 5;
  private static final int BUDGET = 64;
  private static final AttentionOptions QUEST =
      AttentionOptions.defaults().withScorer("minmax").withTokenBudget(BUDGET).withDenseLayers(1);
  private static final AttentionOptions DENSE = QUEST.withPolicy(AttentionOptions.DENSE);

  private final List<Progress.Phase> phases = new ArrayList<>();
  private final Progress progress =
      (phase, done, total) -> {
        if (phases.isEmpty() || phases.getLast() != phase) {
          phases.add(phase);
        }
      };

  /** Weights of the tiny model: q4_0 is 18 bytes for 32; the embedding's rows are looked up. */
  private static long weights() {
    long attention = 2L * 64 * 64 + 2L * 64 * 32;
    long feedForward = 3L * 64 * 96;
    return (3 * (attention + feedForward) + 128 * 64) / 32 * 18;
  }

  @Test
  void bytesPerTokenAreThoseOfTheModel() {
    try (Engine engine = TinyModel.open(QUEST);
        ModelBench bench = ModelBench.open(engine, DEPTH, STEPS, 3, progress)) {
      List<ModelBench.Decode> results =
          bench.decode(List.of(DENSE, QUEST), STEPS, 1, SHORT, progress);

      double dense = 0; // tokens that the steps read in a dense layer, mean
      double sparse = 0;
      double digests = 0;
      for (int step = 1; step <= STEPS; step++) {
        int tokens = DEPTH + step;
        int pages = (tokens + PAGE - 1) / PAGE;
        int inLast = tokens - (pages - 1) * PAGE;
        dense += tokens / (double) STEPS;
        sparse += (BUDGET - PAGE + inLast) / (double) STEPS;
        digests += (pages - 1) / (double) STEPS;
      }
      double keyAndValue = 2 * 16 * 2 * 2; // head dim, f16, KV heads
      ModelBench.Decode first = results.getFirst();
      assertThat(first.attention()).isEqualTo(DENSE);
      assertThat(first.bytes().weights()).isEqualTo(weights());
      assertThat(first.bytes().pages()).isEqualTo(3 * dense * keyAndValue);
      assertThat(first.bytes().digests()).isZero();
      assertThat(first.selections()).isZero();

      ModelBench.Decode second = results.getLast();
      assertThat(second.bytes().weights()).isEqualTo(weights());
      assertThat(second.bytes().pages()).isEqualTo((dense + 2 * sparse) * keyAndValue);
      assertThat(second.bytes().digests()).isEqualTo(2 * digests * 2 * (2 * 16 * 2));
      assertThat(second.selections()).isEqualTo(STEPS * 2L * 2);
      assertThat(second.bytes().total())
          .isEqualTo(weights() + second.bytes().pages() + second.bytes().digests());

      assertThat(second.speed().perSecond()).hasSize(2).doesNotContain(0);
      assertThat(second.speed().cold()).isPositive();
      Spread ratio = second.speed().over(first.speed());
      assertThat(ratio.min()).isPositive().isLessThanOrEqualTo(ratio.max());
      assertThat(phases)
          .containsExactly(Progress.Phase.FILL, Progress.Phase.WARM_UP, Progress.Phase.MEASURE);
    }
  }

  @Test
  void aBatchSharesTheWeightsAndCountsTheTokensOfAll() {
    try (Engine engine = TinyModel.open(QUEST);
        ModelBench bench = ModelBench.open(engine, DEPTH, STEPS, 3, progress)) {
      ModelBench.Decode one = bench.decode(List.of(QUEST), STEPS, 1, SHORT, progress).getFirst();
      ModelBench.Decode five = bench.decode(List.of(QUEST), STEPS, 5, SHORT, progress).getFirst();
      assertThat(five.bytes().weights()).isEqualTo(weights() / 5);
      assertThat(five.bytes().pages()).isEqualTo(one.bytes().pages());
      assertThat(five.bytes().digests()).isEqualTo(one.bytes().digests());
      assertThat(five.selections()).isEqualTo(5 * one.selections());
      assertThatThrownBy(() -> bench.decode(List.of(QUEST), STEPS, 0, SHORT, progress))
          .hasMessage("batch is not positive: 0");
    }
  }

  @Test
  void repetitionsLeaveTheDepthAsItIsAndClosingGivesThePagesBack() {
    try (Engine engine = TinyModel.open(QUEST)) {
      try (ModelBench bench = ModelBench.open(engine, DEPTH, 40, 3, progress)) {
        long pages = engine.pagesInUse();
        assertThat(pages).isEqualTo((DEPTH + PAGE - 1) / PAGE);
        Speed prefill = bench.prefill(40, SHORT, progress);
        assertThat(prefill.perSecond()).hasSize(2).doesNotContain(0);
        assertThat(engine.pagesInUse()).isEqualTo(pages);
        bench.decode(List.of(QUEST), 40, 1, SHORT, progress);
        assertThat(engine.pagesInUse()).isEqualTo(pages);
      }
      assertThat(engine.pagesInUse()).isZero();
    }
  }

  @Test
  void whatCannotBeMeasuredIsOneSentence() {
    try (Engine engine =
        Engine.open(
            RandomModel.make(TinyModel.SHAPE, GgmlType.Q4_0, 1),
            TinyModel.options(QUEST).withContext(256))) {
      assertThatThrownBy(() -> ModelBench.open(engine, 240, 32, 0, progress))
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "a depth of 240 and 32 tokens do not fit the context of 256: a depth of 224 does");
      assertThatThrownBy(() -> ModelBench.open(engine, -1, 32, 0, progress))
          .hasMessage("depth is negative: -1");
      assertThatThrownBy(() -> ModelBench.open(engine, 0, 0, 0, progress))
          .hasMessage("tokens is not positive: 0");
      assertThat(engine.pagesInUse()).isZero();
    }
  }
}
