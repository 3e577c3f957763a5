package io.github.quest4j.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.Sequence;
import io.github.quest4j.engine.TestModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a trace tells of a real model's attention, and that nothing is generated otherwise. */
class AttentionTraceTest {

  private static final int STEPS = 5;
  private static final Engine ENGINE =
      Engine.open(TestModels.smollm2(), EngineOptions.defaults().withContext(2_048));
  private static final NeedleDocument DOCUMENT = NeedleDocument.of(20, 3);
  private static final Prompt PROMPT =
      Prompt.user(DOCUMENT.text() + "\n\n" + DOCUMENT.facts().get(1).question());
  private static final int[] TOKENS = ENGINE.tokens(PROMPT);
  private static final PromptText TEXT = PromptText.of(ENGINE.tokenizer(), PROMPT, TOKENS);

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static AttentionOptions options(String policy) {
    return AttentionOptions.defaults().withPolicy(policy).withTokenBudget(128);
  }

  /** Greedy tokens' logits, and what each token was read from where a trace is given. */
  private static List<float[]> generate(
      Sequence sequence, int cached, Optional<AttentionTrace> trace, List<Reading> readings) {
    List<float[]> all = new ArrayList<>();
    float[] logits = sequence.prefill(TOKENS, cached, TOKENS.length - cached, done -> {}).clone();
    for (int i = 0; i <= STEPS; i++) {
      all.add(logits);
      trace.ifPresent(t -> readings.add(t.take()));
      logits = sequence.step(Traces.argmax(logits)).clone();
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense", "quest", "streaming", "h2o", "tova", "snapkv"})
  void nothingChangesAndSharesSumToOne(String policy) {
    AttentionTrace trace = AttentionTrace.perLayer(TEXT);
    List<Reading> readings = new ArrayList<>();
    try (Sequence plain = ENGINE.sequence(options(policy));
        Sequence traced = ENGINE.sequence(options(policy))) {
      List<float[]> expected = generate(plain, 0, Optional.empty(), List.of());
      trace.watch(traced.attention());
      List<float[]> result = generate(traced, 0, Optional.of(trace), readings);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(result.get(i)).isEqualTo(expected.get(i));
      }
      assertThat(traced.attention().counters().bytesReadPerStep())
          .isEqualTo(plain.attention().counters().bytesReadPerStep());
    }
    for (int i = 0; i < readings.size(); i++) {
      Reading reading = readings.get(i);
      sumsToOne(reading);
      assertThat(reading.tokens()).isEqualTo(1);
      assertThat(reading.generated() == 0).isEqualTo(i == 0);
      assertThat(reading.sink()).isPositive();
      assertThat(reading.template()).isPositive();
      assertThat(reading.layers()).hasSize(ENGINE.config().layers());
    }
    meanOf(trace.answer(), readings);
  }

  private static void sumsToOne(Reading reading) {
    double passages = 0;
    for (Reading.PassageShare each : reading.all()) {
      passages += each.share();
      assertThat(each.focus()).isBetween(each.share() - 1e-6, 1.0 + 1e-6);
      double layers =
          reading.layers(each.passage()).stream().mapToDouble(Double::doubleValue).sum();
      assertThat(layers / reading.layers().size()).isCloseTo(each.share(), within(1e-5));
    }
    double pages = reading.pages().stream().mapToDouble(Double::doubleValue).sum();
    assertThat(reading.pages()).hasSize(Math.ceilDiv(TOKENS.length, 16));
    assertThat(pages + reading.generated()).isCloseTo(1, within(1e-4));
    assertThat(passages + reading.sink() + reading.template() + reading.generated())
        .isCloseTo(1, within(1e-4));
  }

  private static void meanOf(Reading answer, List<Reading> readings) {
    assertThat(answer.tokens()).isEqualTo(readings.size());
    sumsToOne(answer);
    for (Passage passage : TEXT.passages()) {
      double share = 0;
      for (Reading reading : readings) {
        share += reading.all().get(passage.index()).share() / readings.size();
      }
      assertThat(answer.all().get(passage.index()).share()).isCloseTo(share, within(1e-9));
    }
  }

  @Test
  void theBestComeFirstAndNoMoreThanAskedFor() {
    AttentionTrace trace = AttentionTrace.of(TEXT);
    try (Sequence sequence = ENGINE.sequence(options("dense"))) {
      trace.watch(sequence.attention());
      sequence.prefill(TOKENS);
    }
    Reading reading = trace.take();
    assertThat(reading.top(3)).hasSize(3).isEqualTo(reading.top(8).subList(0, 3));
    assertThat(reading.top(1_000)).hasSize(TEXT.passages().size());
    assertThatThrownBy(() -> reading.layers(TEXT.passages().getFirst()))
        .hasMessage("the trace does not keep the shares of each layer");
  }

  @Test
  void aForkIsTracedOverAllItsTokens() {
    List<Reading> straight = new ArrayList<>();
    List<Reading> forked = new ArrayList<>();
    AttentionTrace one = AttentionTrace.of(TEXT);
    AttentionTrace two = AttentionTrace.of(TEXT);
    int cached = TOKENS.length / 16 * 16 - 32;
    try (Sequence sequence = ENGINE.sequence(options("quest"));
        Sequence other = ENGINE.sequence(options("quest"))) {
      one.watch(sequence.attention());
      generate(sequence, 0, Optional.of(one), straight);
      other.prefill(TOKENS, 0, cached, done -> {});
      try (Sequence fork = other.fork()) {
        two.watch(fork.attention());
        generate(fork, cached, Optional.of(two), forked);
        two.take(); // the step behind the last one
        try (Sequence again = fork.fork()) {
          again.step(1);
          assertThatThrownBy(two::take).hasMessageContaining("no pass was seen");
        }
      }
    }
    for (int i = 0; i < straight.size(); i++) {
      assertThat(forked.get(i).all()).isEqualTo(straight.get(i).all());
      assertThat(forked.get(i).pages()).isEqualTo(straight.get(i).pages());
    }
  }

  @Test
  void anAnswerGoesOnInAnotherSequence() {
    AttentionTrace trace = AttentionTrace.of(TEXT);
    int next;
    try (Sequence sequence = ENGINE.sequence(options("quest"))) {
      trace.watch(sequence.attention());
      next = Traces.argmax(sequence.prefill(TOKENS));
      trace.take();
    }
    int[] longer = Arrays.copyOf(TOKENS, TOKENS.length + 1);
    longer[TOKENS.length] = next;
    try (Sequence sequence = ENGINE.sequence(options("quest"))) {
      trace.watch(sequence.attention());
      sequence.prefill(longer);
      assertThat(trace.take().generated()).isPositive();
    }
    assertThat(trace.answer().tokens()).isEqualTo(2);
  }

  @Test
  void onlyAPassThatWasSeenCanBeTaken() {
    AttentionTrace trace = AttentionTrace.of(TEXT);
    assertThatThrownBy(trace::take).hasMessageContaining("no pass was seen");
    assertThat(trace.answer().tokens()).isZero();
    assertThat(trace.answer().top(8)).isEmpty();
  }

  @Test
  void layersWithAWindowAreLeftOut() {
    Optional<Path> gemma = TestModels.inFolder(TestModels.GEMMA3);
    if (gemma.isEmpty()) {
      Assumptions.abort(
          TestModels.skipped("a model with windows: QUEST_TEST_MODELS names no folder with it"));
    }
    try (Engine engine =
            Engine.open(gemma.orElseThrow(), EngineOptions.defaults().withContext(512));
        Sequence sequence = engine.sequence(AttentionOptions.defaults())) {
      Prompt prompt = Prompt.raw("The tower is old. The bridge is new. The tower is");
      int[] tokens = engine.tokens(prompt);
      PromptText text = PromptText.of(engine.tokenizer(), prompt, tokens);
      AttentionTrace trace = AttentionTrace.of(text);
      trace.watch(sequence.attention());
      sequence.prefill(tokens);
      Reading reading = trace.take();
      assertThat(reading.layers()).isNotEmpty().hasSizeLessThan(engine.config().layers());
      double pages = reading.pages().stream().mapToDouble(Double::doubleValue).sum();
      assertThat(pages).isCloseTo(1, within(1e-4));
      assertThat(text.text(text.passages().getLast())).isEqualTo("The tower is");
    }
  }
}
