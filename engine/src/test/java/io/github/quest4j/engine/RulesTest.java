package io.github.quest4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.model.transformer.ForwardBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md that only a whole model can show. */
class RulesTest {

  private static final int STEPS = 24;
  private static final AttentionOptions SPARSE = AttentionOptions.defaults().withTokenBudget(128);
  private static Engine engine = open(EngineOptions.defaults());
  private static int[] prompt = new int[0];

  private static Engine open(EngineOptions options) {
    return Engine.open(TestModels.smollm2(), options.withAttention(SPARSE));
  }

  @BeforeAll
  static void tokenizeAText() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append("Crate ")
          .append(i)
          .append(" holds ")
          .append(i * 37 % 101)
          .append(" lamps and stands in row ")
          .append(i % 7)
          .append(".\n");
    }
    prompt = engine.tokens(Prompt.raw(text + "Crate 17 holds"));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static List<Integer> greedy(Engine on, AttentionOptions how) {
    return on.generate(
            GenerateRequest.of(Prompt.tokens(Arrays.stream(prompt).boxed().toList()))
                .withMaxTokens(STEPS)
                .withAttention(how))
        .tokens();
  }

  @Test
  void aBudgetOfTheWholeContextIsDenseBitForBit() {
    AttentionOptions whole = SPARSE.withTokenBudget(prompt.length + 64);
    AttentionOptions dense = SPARSE.withPolicy(AttentionOptions.DENSE);
    try (Sequence a = engine.sequence(whole);
        Sequence b = engine.sequence(dense);
        Sequence sparse = engine.sequence(SPARSE)) {
      assertThat(a.prefill(prompt)).isEqualTo(b.prefill(prompt)).isEqualTo(sparse.prefill(prompt));
      boolean differs = false;
      for (int step = 0; step < 8; step++) {
        float[] expected = b.step(42 + step);
        assertThat(a.step(42 + step)).isEqualTo(expected);
        differs |= !Arrays.equals(sparse.step(42 + step), expected);
      }
      assertThat(differs)
          .as("a small budget changes the logits, so the comparison can fail")
          .isTrue();
      assertThat(sparse.attention().counters().selections()).isPositive();
      assertThat(b.attention().counters().selections()).isZero();
    }
  }

  @Test
  void theSameTokensForEveryThreadCount() {
    List<Integer> expected = greedy(engine, SPARSE);
    assertThat(expected).hasSize(STEPS);
    for (int threads : new int[] {1, 3}) {
      try (Engine other = open(EngineOptions.defaults().withThreads(threads))) {
        assertThat(greedy(other, SPARSE)).as("%d threads", threads).isEqualTo(expected);
      }
    }
  }

  @Test
  void theSameLogitsHoweverThePromptIsCut() {
    float[] expected;
    float[] after;
    try (Sequence sequence = engine.sequence(SPARSE)) {
      expected = sequence.prefill(prompt).clone();
      after = sequence.step(7).clone();
    }
    for (int piece : new int[] {1, 7, 64, 333}) {
      try (Sequence sequence = engine.sequence(SPARSE)) {
        float[] logits = new float[0];
        // Single-token pieces at the end only: all of them would take a minute.
        int from = piece == 1 ? prompt.length - 5 : 0;
        if (from > 0) {
          sequence.prefill(prompt, 0, from, done -> {});
        }
        for (; from < prompt.length; from += piece) {
          logits =
              sequence.prefill(prompt, from, Math.min(piece, prompt.length - from), done -> {});
        }
        assertThat(logits).as("pieces of %d", piece).isEqualTo(expected);
        assertThat(sequence.step(7)).as("a step after pieces of %d", piece).isEqualTo(after);
      }
    }
  }

  @Test
  void theSameLogitsWhateverElseIsInTheStep() {
    float[] alone;
    try (Sequence sequence = engine.sequence(SPARSE)) {
      sequence.prefill(prompt);
      alone = sequence.step(99).clone();
    }
    try (Sequence one = engine.sequence(SPARSE);
        Sequence two = engine.sequence(SPARSE.withPolicy(AttentionOptions.DENSE));
        Sequence three = engine.sequence(SPARSE)) {
      one.prefill(prompt);
      two.prefill(prompt, 0, 100, done -> {});
      List<float[]> logits = new ArrayList<>();
      ForwardBatch batch =
          new ForwardBatch()
              .decode(two.attention(), 5)
              .prefill(three.attention(), prompt, 0, 77, ForwardBatch.Logits.NONE)
              .decode(one.attention(), 99);
      List<ForwardBatch.Part> parts = batch.parts();
      engine.forward(
          batch,
          (part, token, l) -> {
            if (parts.get(part).sequence() == one.attention()) {
              logits.add(l.clone());
            }
          });
      assertThat(logits).hasSize(1);
      assertThat(logits.getFirst()).isEqualTo(alone);
    }
  }

  /** Steps of 2 to 17 sequences, whose products are computed in tiles and what is left over. */
  @Test
  void theSameLogitsInABatchOfAnySize() {
    int most = 17;
    List<Sequence> sequences = new ArrayList<>();
    List<float[]> alone = new ArrayList<>();
    try (Sequence base = engine.sequence(SPARSE)) {
      base.prefill(prompt);
      for (int i = 0; i < most; i++) {
        try (Sequence fork = base.fork()) {
          alone.add(fork.step(100 + i).clone());
        }
      }
      for (int batch : new int[] {2, 3, 4, 7, 8, most}) {
        for (int i = 0; i < batch; i++) {
          sequences.add(base.fork());
        }
        int[] tokens = IntStream.range(0, batch).map(i -> 100 + i).toArray();
        List<float[]> logits = Sequence.step(sequences, tokens);
        for (int i = 0; i < batch; i++) {
          assertThat(logits.get(i)).as("%d of %d", i, batch).isEqualTo(alone.get(i));
        }
        sequences.forEach(Sequence::close);
        sequences.clear();
      }
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  @Test
  void aStepOfSeveralSequencesChecksThem() {
    try (Sequence one = engine.sequence(SPARSE);
        Sequence two = engine.sequence(SPARSE)) {
      assertThatThrownBy(() -> Sequence.step(List.of(), new int[0]))
          .hasMessage("0 sequences cannot take 0 tokens, one each");
      assertThatThrownBy(() -> Sequence.step(List.of(one, two), new int[] {1}))
          .hasMessage("2 sequences cannot take 1 tokens, one each");
      assertThatThrownBy(() -> Sequence.step(List.of(one, one), new int[] {1, 2}))
          .hasMessage("a sequence stands twice in a step");
      assertThat(one.length()).isZero();
    }
  }

  @Test
  void aForkGoesOnLikeItsOrigin() {
    try (Sequence origin = engine.sequence(SPARSE)) {
      origin.prefill(prompt);
      try (Sequence fork = origin.fork()) {
        float[] a = origin.step(11).clone();
        fork.step(12);
        fork.truncate(prompt.length);
        assertThat(fork.step(11)).isEqualTo(a);
      }
    }
  }

  @Test
  void aSparseRunThatSelectedNothingSaysSo() {
    GenerationResult result =
        engine.generate(
            GenerateRequest.of(Prompt.raw("Hello")).withMaxTokens(3).withAttention(SPARSE));
    assertThat(result.kv().selections()).isZero();
    assertThat(result.nothingSelected()).isTrue();
    GenerationResult dense =
        engine.generate(
            GenerateRequest.of(Prompt.raw("Hello"))
                .withMaxTokens(3)
                .withAttention(SPARSE.withPolicy(AttentionOptions.DENSE)));
    assertThat(dense.nothingSelected()).as("a dense run is not meant to select").isFalse();
  }

  @Test
  void prefillAndDecodeAreTimedApart() {
    GenerationResult result =
        engine.generate(
            GenerateRequest.of(Prompt.tokens(Arrays.stream(prompt).boxed().toList()))
                .withMaxTokens(3)
                .withAttention(SPARSE));
    assertThat(result.timing().decodeSteps()).isEqualTo(2);
    assertThat(result.timing().prefillTokens()).isEqualTo(prompt.length);
    // Two steps take a small part of the time of a thousand prompt tokens, on any machine.
    assertThat(result.timing().decodeSeconds())
        .isPositive()
        .isLessThan(result.timing().prefillSeconds() / 4);
  }

  @Test
  void countersAddUp() {
    GenerationResult result =
        engine.generate(
            GenerateRequest.of(Prompt.tokens(Arrays.stream(prompt).boxed().toList()))
                .withMaxTokens(STEPS)
                .withAttention(SPARSE));
    int sparseLayers = engine.config().layers() - SPARSE.denseLayers();
    assertThat(result.promptTokens()).isEqualTo(prompt.length);
    assertThat(result.timing().decodeSteps()).isEqualTo(STEPS - 1);
    assertThat(result.kv().selections())
        .isEqualTo((long) (STEPS - 1) * sparseLayers * engine.config().kvHeads());
    assertThat(result.kv().pagesSelectedMean()).isEqualTo(128.0 / 16);
    assertThat(result.kv().pages()).isEqualTo((prompt.length + STEPS - 1 + 15) / 16);
    assertThat(result.nothingSelected()).isFalse();
    double layerPage = 2.0 * 16 * engine.config().kvHeads() * engine.config().headDim() * 2;
    assertThat(result.kv().bytes())
        .isCloseTo(
            Math.round(result.kv().pages() * engine.config().layers() * layerPage),
            withinPercentage(1));
    assertThat(result.kv().bytesReadPerToken())
        .isBetween(sparseLayers * 7 * layerPage, 0.5 * result.kv().bytes());
    assertThat(result.kv().missedMassMean()).isPresent();
    assertThat(result.kv().missedMassMean().getAsDouble()).isBetween(0.0, 1.0);
    assertThat(result.timing().prefillSeconds()).isPositive();
    assertThat(result.timing().decodeSeconds()).isPositive();
  }
}
