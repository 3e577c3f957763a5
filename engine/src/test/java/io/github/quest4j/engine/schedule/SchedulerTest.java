package io.github.quest4j.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.FinishReason;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.TestModels;
import io.github.quest4j.engine.sample.SamplingOptions;
import io.github.quest4j.engine.trace.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** Requests together give what they give alone, whatever happens to them on the way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchedulerTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final AttentionOptions QUEST = AttentionOptions.defaults().withTokenBudget(128);
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withThreads(2).withContext(2_048).withAttention(QUEST);

  private Engine engine = Engine.open(TestModels.smollm2(), OPTIONS);
  private Map<GenerateRequest, GenerationResult> alone = Map.of();

  @BeforeAll
  void generateAlone() {
    alone = requests().stream().collect(Collectors.toMap(r -> r, engine::generate));
  }

  @AfterAll
  void close() {
    engine.close();
    assertThat(engine.kvBytesReserved()).isZero();
  }

  private static String story(int sentences, int seed) {
    return IntStream.range(0, sentences)
        .mapToObj(i ->
            "In the year "
                + (1200 + seed + 7 * i)
                + " the village had "
                + (i * 31 + seed)
                + " houses and "
                + (i + 3)
                + " wells.")
        .collect(Collectors.joining(" "));
  }

  private static GenerateRequest request(String text, int maxTokens) {
    return GenerateRequest.of(Prompt.raw(text)).withMaxTokens(maxTokens);
  }

  /** Short and long, greedy and drawn, quest and dense and evicting, sharing a beginning or not. */
  private static List<GenerateRequest> requests() {
    String document = story(24, 1);
    SamplingOptions drawn = SamplingOptions.GREEDY.withTemperature(1).withTopP(0.9f);
    return List.of(
        request(document + " The last of these years was", 40),
        request(document + " How many wells were there?", 30).withSampling(drawn.withSeed(3)),
        request("Once upon a time", 60),
        request(document + " In short,", 25).withAttention(QUEST.withPolicy("dense")),
        request(story(12, 50), 35).withSampling(drawn.withSeed(4).withFrequencyPenalty(0.5f)),
        request(document + " To sum up,", 20)
            .withAttention(QUEST.withPolicy(AttentionOptions.H2O).withTokenBudget(200)),
        request("The capital of France is", 12).withStop(List.of(".")),
        request(document + " The last of these years was", 33).withSparseTail(20));
  }

  private static List<GenerationResult> results(Ticket ticket) throws InterruptedException {
    Map<Integer, GenerationResult> results = new TreeMap<>();
    Map<Integer, StringBuilder> texts = new TreeMap<>();
    while (!ticket.ended()) {
      switch (ticket.next(LONG).orElseThrow()) {
        case Ticket.Event.Token token ->
            texts.computeIfAbsent(token.choice(), c -> new StringBuilder()).append(token.text());
        case Ticket.Event.Finished finished -> results.put(finished.choice(), finished.result());
        case Ticket.Event.Failed failed -> throw failed.cause();
        case Ticket.Event.Progress progress ->
            assertThat(progress.done()).isLessThanOrEqualTo(progress.total());
      }
    }
    results.forEach((choice, result) ->
        assertThat(texts.getOrDefault(choice, new StringBuilder())).hasToString(result.text()));
    return List.copyOf(results.values());
  }

  private static GenerationResult rest(Ticket ticket) throws InterruptedException {
    while (true) {
      if (ticket.next(LONG).orElseThrow() instanceof Ticket.Event.Finished finished) {
        return finished.result();
      }
    }
  }

  private void runAll(SchedulerOptions options, Engine with) throws InterruptedException {
    long before = with.pagesInUse();
    try (Scheduler scheduler = Scheduler.start(with, options)) {
      for (int round = 0; round < 2; round++) {
        List<GenerateRequest> requests = requests();
        List<Ticket> tickets = new ArrayList<>();
        for (GenerateRequest request : requests) {
          tickets.add(scheduler.submit(request, 1));
        }
        for (int i = 0; i < tickets.size(); i++) {
          GenerationResult result = results(tickets.get(i)).getFirst();
          GenerationResult expected = Objects.requireNonNull(alone.get(requests.get(i)));
          assertThat(result.tokens()).as("request " + i).isEqualTo(expected.tokens());
          assertThat(result.text()).isEqualTo(expected.text());
          assertThat(result.finishReason()).isEqualTo(expected.finishReason());
        }
      }
      assertThat(scheduler.active()).isZero();
      assertThat(scheduler.awaitIdle(Duration.ofSeconds(1))).isTrue();
    }
    assertThat(with.pagesInUse()).isEqualTo(before);
  }

  @Test
  void togetherGivesWhatAloneGives() throws InterruptedException {
    runAll(SchedulerOptions.defaults(), engine);
  }

  @Test
  void withoutAPrefixCacheInTinyPiecesToo() throws InterruptedException {
    runAll(SchedulerOptions.defaults().withPrefixCache(false).withPiece(7).withRunning(3), engine);
  }

  @Test
  void withoutRoomForAllSomeAreSetBackAndGoOnWithTheSameTokens() throws InterruptedException {
    // A slab has 1,024 tokens of all layers; two of them hold no two of the long prompts' requests
    // with what they write and the prefix cache.
    try (Engine probe = Engine.open(TestModels.smollm2(), OPTIONS)) {
      probe.sequence(QUEST).prefill(new int[] {1});
      long slab = probe.kvBytesReserved();
      try (Engine small =
          Engine.open(TestModels.smollm2(), OPTIONS.withKvLimit(2 * slab + slab / 2))) {
        Scheduler scheduler = Scheduler.start(small, SchedulerOptions.defaults());
        List<Ticket> tickets = new ArrayList<>();
        List<GenerateRequest> requests = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          requests.add(request(story(6, 100 * i), 400).withIgnoreEnd(true));
          tickets.add(scheduler.submit(requests.getLast(), 1));
        }
        for (int i = 0; i < tickets.size(); i++) {
          assertThat(results(tickets.get(i)).getFirst().tokens())
              .isEqualTo(engine.generate(requests.get(i)).tokens());
        }
        assertThat(scheduler.stats().setBack()).isPositive();
        scheduler.close();
        assertThat(small.pagesInUse()).isZero();
      }
    }
  }

  @Test
  void aSecondQuestionAboutADocumentFindsItRead() throws InterruptedException {
    String document = story(40, 7);
    try (Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults())) {
      GenerationResult first =
          results(scheduler.submit(request(document + " One:", 4), 1)).getFirst();
      GenerationResult second =
          results(scheduler.submit(request(document + " Two:", 4), 1)).getFirst();
      assertThat(first.cachedTokens()).isZero();
      assertThat(second.cachedTokens())
          .isGreaterThan(first.promptTokens() - 2 * 16 - 4)
          .isLessThan(first.promptTokens());
      assertThat(second.cachedTokens() % 16).isZero();
      assertThat(scheduler.stats().prefix().tokensFound()).isEqualTo(second.cachedTokens());
      assertThat(scheduler.stats().prefix().hits()).isEqualTo(1);
      assertThat(scheduler.stats().pagesUsed())
          .isEqualTo(scheduler.stats().prefix().pages())
          .isPositive();
    }
  }

  @Test
  void questionsThatArriveTogetherReadTheirDocumentOnce() throws InterruptedException {
    String document = story(40, 9);
    try (Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults())) {
      List<Ticket> tickets = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        tickets.add(scheduler.submit(request(document + " Question " + i + ":", 4), 1));
      }
      int prompts = 0;
      for (Ticket ticket : tickets) {
        prompts += results(ticket).getFirst().promptTokens();
      }
      assertThat(scheduler.stats().promptTokens()).isLessThan(prompts / 4 + 4 * 32);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TestModels.GEMMA3, TestModels.QWEN})
  void aHitChangesNothingOnModelsWithAWindowOrWideGroups(String file) throws InterruptedException {
    Path model =
        TestModels.inFolder(file)
            .orElseThrow(
                () -> new TestAbortedException(TestModels.skipped(file + " is not there")));
    String document = story(40, 3);
    List<GenerateRequest> requests =
        List.of(request(document + " One:", 12), request(document + " Two:", 12));
    try (Engine other = Engine.open(model, OPTIONS);
        Scheduler scheduler = Scheduler.start(other, SchedulerOptions.defaults())) {
      for (GenerateRequest request : requests) {
        GenerationResult together = results(scheduler.submit(request, 1)).getFirst();
        assertThat(together.tokens()).isEqualTo(other.generate(request).tokens());
      }
      assertThat(scheduler.stats().prefix().tokensFound()).isGreaterThan(800); // more than a window
    }
  }

  @Test
  void samplesForkThePromptAndDifferBySeed() throws InterruptedException {
    GenerateRequest request =
        request(story(20, 3) + " And then", 16)
            .withSampling(SamplingOptions.GREEDY.withTemperature(1).withSeed(40));
    try (Scheduler scheduler =
        Scheduler.start(engine, SchedulerOptions.defaults().withPrefixCache(false))) {
      List<GenerationResult> samples = results(scheduler.submit(request, 3));
      assertThat(samples).hasSize(3);
      for (int i = 0; i < 3; i++) {
        GenerationResult one =
            engine.generate(request.withSampling(request.sampling().withSeed(40 + i)));
        assertThat(samples.get(i).tokens()).isEqualTo(one.tokens());
      }
      assertThat(samples.stream().map(GenerationResult::text).distinct()).hasSizeGreaterThan(1);
      assertThat(scheduler.stats().promptTokens()).isEqualTo(samples.getFirst().promptTokens());
      assertThatThrownBy(() -> scheduler.submit(request, 17))
          .hasMessage("samples is not in 1..16, the sequences that run: 17");
    }
  }

  @Test
  void aTraceTellsWhereEachTokenWasReadAndChangesNone() throws InterruptedException {
    GenerateRequest request = request(story(30, 5) + " In the year 1201 the village had", 8);
    try (Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults())) {
      Ticket ticket = scheduler.submit(request, 2, Tracing.LAYERS);
      List<Integer> tokens = new ArrayList<>();
      int finished = 0;
      while (!ticket.ended()) {
        Ticket.Event event = ticket.next(LONG).orElseThrow();
        if (event instanceof Ticket.Event.Token token && token.choice() == 1) {
          tokens.add(token.id());
          Reading reading = token.reading().orElseThrow();
          assertThat(reading.top(3)).hasSize(3);
          assertThat(reading.layers()).hasSize(30);
        } else if (event instanceof Ticket.Event.Finished end) {
          assertThat(end.reading()).isPresent();
          finished++;
        }
      }
      assertThat(finished).isEqualTo(2);
      assertThat(ticket.promptText().orElseThrow().passages()).hasSizeGreaterThan(25);
      assertThat(tokens).isEqualTo(engine.generate(request).tokens());
    }
  }

  @Test
  void aConstraintHoldsForEachSample() throws InterruptedException {
    GenerateRequest request =
        request("A village in JSON:", 60)
            .withSampling(SamplingOptions.GREEDY.withTemperature(0.8f).withSeed(9))
            .withConstraint(engine.constraints().jsonObject());
    try (Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults())) {
      List<GenerationResult> samples = results(scheduler.submit(request, 2));
      for (int i = 0; i < samples.size(); i++) {
        assertThat(samples.get(i).text().strip()).startsWith("{");
        assertThat(samples.get(i).tokens())
            .isEqualTo(
                engine.generate(request.withSampling(request.sampling().withSeed(9 + i))).tokens());
      }
    }
  }

  @Test
  void cancellingFreesThePagesAndLeavesTheOthersAlone() throws InterruptedException {
    GenerateRequest stays = request("Once upon a time", 60);
    long before = engine.pagesInUse();
    try (Scheduler scheduler =
        Scheduler.start(engine, SchedulerOptions.defaults().withPrefixCache(false))) {
      Ticket reads = scheduler.submit(request(story(60, 2), 100), 2);
      Ticket goes = scheduler.submit(request("Far far away", 500).withIgnoreEnd(true), 1);
      Ticket kept = scheduler.submit(stays, 1);
      reads.cancel();
      for (int tokens = 0; tokens < 5; ) {
        tokens += goes.next(LONG).orElseThrow() instanceof Ticket.Event.Token ? 1 : 0;
      }
      goes.close();
      assertThat(results(reads))
          .hasSize(2)
          .allMatch(result -> result.finishReason() == FinishReason.CANCELLED);
      assertThat(rest(goes).finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(results(kept).getFirst().tokens()).isEqualTo(engine.generate(stays).tokens());
      assertThat(scheduler.awaitIdle(LONG)).isTrue();
      assertThat(engine.pagesInUse()).isEqualTo(before);
    }
  }

  @Test
  void aFullQueueAndADrainRefuseAndWhatWasTakenGoesOn() throws InterruptedException {
    GenerateRequest request = request("One two three", 30).withIgnoreEnd(true);
    try (Scheduler scheduler =
        Scheduler.start(engine, SchedulerOptions.defaults().withRunning(1).withQueue(1))) {
      Ticket first = scheduler.submit(request, 1);
      Ticket second = scheduler.submit(request, 1);
      assertThatThrownBy(() -> scheduler.submit(request, 1))
          .isInstanceOf(QueueFullException.class)
          .hasMessageContaining("try again later");
      scheduler.drain();
      assertThatThrownBy(() -> scheduler.submit(request, 1)).isInstanceOf(DrainingException.class);
      assertThat(results(first).getFirst().tokens()).hasSize(30);
      assertThat(results(second).getFirst().tokens()).hasSize(30);
      assertThat(scheduler.awaitIdle(LONG)).isTrue();
    }
  }

  @Test
  void closingEndsWhatRunsWithoutAnAnswer() throws InterruptedException {
    Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults().withRunning(1));
    Ticket runs = scheduler.submit(request("One", 2_000).withIgnoreEnd(true), 1);
    Ticket waits = scheduler.submit(request("Two", 10), 1);
    assertThat(runs.next(LONG)).isPresent();
    scheduler.close();
    scheduler.close();
    assertThatThrownBy(() -> results(runs)).isInstanceOf(DrainingException.class);
    assertThatThrownBy(() -> results(waits)).isInstanceOf(DrainingException.class);
    assertThat(engine.pagesInUse()).isZero();
  }

  @Test
  void whatCannotBeServedIsRefusedByName() {
    try (Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults())) {
      assertThatThrownBy(() -> scheduler.submit(request(story(400, 0), 1), 1))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("more than the context of 2048");
      assertThatThrownBy(() ->
              scheduler.submit(request("One", 1).withAttention(QUEST.withScorer("minmax")), 1))
          .hasMessageContaining("keeps digests for scorer sketch, not minmax");
      assertThatThrownBy(() -> scheduler.submit(GenerateRequest.of(Prompt.tokens(List.of(-1))), 1))
          .hasMessageContaining("token -1 is not in the vocabulary");
    }
  }
}
