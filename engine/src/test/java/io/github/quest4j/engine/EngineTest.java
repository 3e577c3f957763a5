package io.github.quest4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.select.ObservingSelector;
import io.github.quest4j.attention.select.RandomSelector;
import io.github.quest4j.model.gguf.GgufException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, closing, and what an engine refuses. */
class EngineTest {

  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withThreads(2).withContext(128);

  @Test
  void closingClosesWhatIsOpenAndGivesEverythingBack() throws InterruptedException {
    Engine engine = Engine.open(TestModels.smollm2(), OPTIONS);
    int[] prompt = engine.tokens(Prompt.raw("One two three"));
    Sequence sequence = engine.sequence(AttentionOptions.defaults());
    sequence.prefill(prompt);
    Sequence fork = sequence.fork();
    fork.step(5);
    Generation generation =
        engine.start(GenerateRequest.of(Prompt.raw("One two")), new GenerationListener() {});
    assertThat(generation.next()).isPresent();
    assertThat(engine.pagesInUse()).isPositive();
    assertThat(threads()).isPositive();

    engine.close();
    engine.close();

    assertThat(engine.pagesInUse()).isZero();
    assertThat(engine.kvBytesReserved()).isZero();
    assertThat(threadsAfterAWhile()).as("worker threads").isZero();
    assertThatThrownBy(() -> sequence.step(1)).hasMessage("the engine is closed");
    assertThatThrownBy(generation::next).hasMessage("the engine is closed");
    assertThatThrownBy(() -> engine.sequence(AttentionOptions.defaults()))
        .hasMessage("the engine is closed");
    sequence.close();
    generation.close();
  }

  @Test
  void anOpeningThatFailsLeavesNothing(@TempDir Path folder) throws Exception {
    Path broken = Files.write(folder.resolve("a.gguf"), "GGUF".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> Engine.open(broken))
        .isInstanceOf(GgufException.class)
        .hasMessageContaining("a.gguf: is truncated");
    assertThatThrownBy(() -> Engine.open(TestModels.smollm2(), OPTIONS.withContext(8_193)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("context 8193 is beyond the model's own")
        .hasMessageContaining("8192 tokens");
    assertThatThrownBy(() ->
            Engine.open(
                broken, OPTIONS.withAttention(AttentionOptions.defaults().withTokenBudget(31))))
        .hasMessageContaining("smaller than two pages");
    assertThat(threadsAfterAWhile()).isZero();
  }

  @Test
  void aColdEngineReadsItsFirstTokensInShortPasses() {
    GenerateRequest request =
        GenerateRequest.of(Prompt.raw("one two three ".repeat(32))).withMaxTokens(4);
    try (Engine engine = Engine.open(TestModels.smollm2(), OPTIONS)) {
      List<Integer> cold = new ArrayList<>();
      List<Integer> warm = new ArrayList<>();
      GenerationResult first = engine.generate(request, passes(cold));
      GenerationResult second = engine.generate(request, passes(warm));

      int tokens = cold.getLast();
      assertThat(tokens).isGreaterThan(64);
      assertThat(cold).containsExactly(32, 64, tokens);
      assertThat(warm).containsExactly(tokens);
      assertThat(second.text()).isEqualTo(first.text());
    }
  }

  private static GenerationListener passes(List<Integer> done) {
    return new GenerationListener() {
      @Override
      public void onPrompt(int read, int total) {
        done.add(read);
      }
    };
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    try (Engine engine = Engine.open(TestModels.smollm2(), OPTIONS)) {
      Prompt longOne = Prompt.raw("one two three ".repeat(60));
      assertThatThrownBy(() -> engine.generate(GenerateRequest.of(longOne)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("tokens, more than the context of 128");
      assertThatThrownBy(() -> engine.generate(GenerateRequest.of(Prompt.raw(""))))
          .hasMessageContaining("the prompt is empty");
      AttentionOptions other = AttentionOptions.defaults().withScorer("minmax");
      assertThatThrownBy(() -> engine.sequence(other))
          .hasMessageContaining("keeps digests for scorer sketch, not minmax");
      assertThatThrownBy(
              () -> engine.generate(GenerateRequest.of(Prompt.tokens(List.of(1, 1_000_000)))))
          .hasMessageContaining("token 1000000 is not in the vocabulary of 49152");
      assertThat(engine.pagesInUse()).isZero();
    }
  }

  @Test
  void aPromptReadOnceServesEveryPolicyWhateverTheScorer() {
    AttentionOptions few =
        AttentionOptions.defaults().withTokenBudget(40).withDenseLayers(0).withSinkPages(0);
    AttentionOptions dense = few.withPolicy(AttentionOptions.DENSE);
    EngineOptions minmax = OPTIONS.withAttention(AttentionOptions.defaults().withScorer("minmax"));
    try (Engine engine = Engine.open(TestModels.smollm2(), minmax);
        Sequence recorded = engine.sequence(dense, new ObservingSelector(0))) {
      int[] prompt = engine.tokens(Prompt.raw("A dog and a cat met. ".repeat(14)));
      recorded.prefill(prompt);
      for (String policy : List.of("streaming", "h2o", "tova", "snapkv")) {
        AttentionOptions how = few.withPolicy(policy);
        try (Sequence own = engine.sequence(how);
            Sequence fork = recorded.fork(how)) {
          own.prefill(prompt);
          for (int i = 0; i < 3; i++) {
            assertThat(fork.step(10 + i)).as(policy).isEqualTo(own.step(10 + i));
          }
          double read = policy.equals("snapkv") ? 42 : 40; // and one, two, three decoded
          assertThat(fork.attention().counters().tokensSelectedMean()).hasValue(read);
        }
      }
      try (Sequence random = recorded.fork(few, new RandomSelector(2, 0, 1, 5))) {
        random.step(10);
        assertThat(random.attention().counters().pagesSelectedMean()).hasValue(2);
      }
      assertThatThrownBy(() -> recorded.fork(few))
          .hasMessageContaining("keeps digests for scorer minmax, not sketch");
    }
  }

  @Test
  void aCacheWithoutRoomIsOneSentenceAndTakesNothing() {
    EngineOptions tight = OPTIONS.withKvLimit(1 << 20);
    try (Engine engine = Engine.open(TestModels.smollm2(), tight)) {
      assertThatThrownBy(() -> engine.generate(GenerateRequest.of(Prompt.raw("Hello"))))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("memory limit of 1.0 MiB reached");
      assertThat(engine.kvBytesReserved()).isZero();
    }
  }

  @Test
  void pageZeroSwitchedOffIsWarnedOfOnce() {
    List<String> warnings = new ArrayList<>();
    Handler ears = handler(warnings);
    Logger logger = Logger.getLogger("io.github.quest4j.engine");
    logger.addHandler(ears);
    AttentionOptions none = AttentionOptions.defaults().withSinkPages(0);
    try (Engine engine = Engine.open(TestModels.smollm2(), OPTIONS)) {
      engine.sequence(AttentionOptions.defaults()).close();
      assertThat(warnings).isEmpty();
      engine.sequence(none).close();
      engine.sequence(none).close();
      assertThat(warnings).containsExactly(none.warning().orElseThrow());
    } finally {
      logger.removeHandler(ears);
    }
  }

  private static Handler handler(List<String> messages) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        messages.add(record.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("quest-worker-"))
        .count();
  }

  /** A worker that was told to end may be on its way. */
  private static long threadsAfterAWhile() throws InterruptedException {
    for (int i = 0; i < 100 && threads() > 0; i++) {
      Thread.sleep(20);
    }
    return threads();
  }
}
