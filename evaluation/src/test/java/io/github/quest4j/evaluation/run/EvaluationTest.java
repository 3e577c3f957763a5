package io.github.quest4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.Sequence;
import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.task.Passkey;
import io.github.quest4j.evaluation.task.Prose;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells on the real model. */
class EvaluationTest {

  private static final int LENGTH = 640;
  private static Optional<Engine> shared = Optional.empty();

  @TempDir Path folder = Path.of("");

  @BeforeAll
  static void open() {
    AttentionOptions dense = AttentionOptions.defaults().withPolicy(AttentionOptions.DENSE);
    shared =
        Optional.of(
            Engine.open(
                ModelStore.open().resolve("smollm2"),
                EngineOptions.defaults().withAttention(dense)));
  }

  @AfterAll
  static void close() {
    shared.ifPresent(Engine::close);
  }

  private static Engine engine() {
    return shared.orElseThrow();
  }

  private static List<Variant> variants(String... names) {
    List<Variant> variants = new ArrayList<>();
    for (String name : names) {
      variants.add(Variant.parse(name, AttentionOptions.defaults(), 16));
    }
    return variants;
  }

  private static SuiteOptions options(int length, int samples, int steps) {
    return new SuiteOptions(
        List.of(length), samples, 1, Optional.empty(), Optional.empty(), List.of(), steps);
  }

  private Evaluation.Outcome run(
      List<Job> jobs, List<Variant> variants, List<Budget> budgets, AtomicInteger updates) {
    try (Ledger ledger = Ledger.open(folder.resolve("cells.jsonl"));
        Lab lab = new Lab(engine())) {
      Evaluation evaluation =
          new Evaluation(
              lab,
              ledger,
              Map.of("version", "test"),
              (done, total, what) -> {
                assertThat(done).isBetween(0L, total);
                updates.incrementAndGet();
              },
              () -> false);
      return evaluation.run(jobs, variants, budgets, 1);
    }
  }

  @Test
  void aForkAnswersAsARequestOfItsOwn() throws IOException {
    List<Job> jobs = new Suite(engine(), options(LENGTH, 2, 2)).jobs("passkey");
    List<Variant> variants =
        variants("dense", "quest", "quest/minmax/p32", "oracle", "h2o", "tova", "snapkv", "random");
    Evaluation.Outcome outcome =
        run(jobs, variants, List.of(new Budget(96, 0)), new AtomicInteger());
    assertThat(outcome.rows()).hasSize(16);
    assertThat(outcome.measured()).isEqualTo(16);
    assertThat(outcome.secondsSaved()).isPositive();
    for (Row row : outcome.rows()) {
      boolean dense = row.selector().equals("dense");
      assertThat((long) ResultMaps.number(row.result(), "selections"))
          .isEqualTo(dense ? 0 : selections(row));
    }
    Row quest = row(outcome, "quest/sketch", jobs.getFirst());
    try (Engine alone =
        Engine.open(ModelStore.open().resolve("smollm2"), EngineOptions.defaults())) {
      String prompt =
          Passkey.items(LENGTH, 2, 1, text -> engine().tokens(Prompt.raw(text)).length)
              .getFirst()
              .prompt();
      GenerateRequest request =
          GenerateRequest.of(Prompt.raw(prompt))
              .withMaxTokens(Passkey.MAX_TOKENS)
              .withSparseTail(Passkey.SPARSE_TAIL)
              .withAttention(AttentionOptions.defaults().withTokenBudget(96));
      assertThat(alone.generate(request).text()).isEqualTo(quest.result().get("answer"));
    }
  }

  private static long selections(Row row) {
    long steps = (long) ResultMaps.number(row.result(), "steps");
    return steps * (30 - 2) * 3; // layers but the dense ones, KV heads
  }

  private static Row row(Evaluation.Outcome outcome, String selector, Job job) {
    return outcome.rows().stream()
        .filter(row -> row.selector().equals(selector) && row.item().equals(job.item()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatWasMeasuredIsNotMeasuredAgain() throws IOException {
    List<Job> jobs = new Suite(engine(), options(320, 1, 8)).jobs("perplexity");
    AtomicInteger updates = new AtomicInteger();
    List<Variant> few = variants("dense", "quest");
    Evaluation.Outcome first = run(jobs, few, List.of(new Budget(64, 0)), updates);
    assertThat(first.measured()).isEqualTo(2);
    assertThat(updates.get()).isPositive();
    updates.set(0);
    Evaluation.Outcome second = run(jobs, few, List.of(new Budget(64, 0)), updates);
    assertThat(second.measured()).isZero();
    assertThat(updates.get()).isZero();
    assertThat(second.rows()).hasSize(2);
    assertThat(second.rows().getLast().result().get("loss"))
        .isEqualTo(first.rows().getLast().result().get("loss"));
    Evaluation.Outcome more =
        run(jobs, variants("dense", "quest", "streaming"), List.of(new Budget(64, 0)), updates);
    assertThat(more.measured()).isEqualTo(1);
  }

  @Test
  void anInterruptedRunGoesOnWhereItWas() throws IOException {
    List<Job> jobs = new Suite(engine(), options(320, 1, 8)).jobs("perplexity");
    List<Variant> variants = variants("dense", "quest", "streaming");
    Path file = folder.resolve("interrupted.jsonl");
    int cells = 0;
    for (int expected : new int[] {1, 2}) {
      boolean stop = expected == 1;
      try (Ledger ledger = Ledger.open(file);
          Lab lab = new Lab(engine())) {
        Evaluation evaluation =
            new Evaluation(
                lab, ledger, Map.of(), (done, total, what) -> {}, () -> stop && ledger.size() > 0);
        Evaluation.Outcome outcome = evaluation.run(jobs, variants, List.of(new Budget(64, 0)), 1);
        assertThat(outcome.measured()).isEqualTo(expected);
        assertThat(outcome.notes().contains("interrupted: the same command goes on from here"))
            .isEqualTo(stop);
        cells += outcome.measured();
        assertThat(outcome.rows()).hasSize(cells);
      }
    }
  }

  @Test
  void aPromptThatBeginsLikeTheOneBeforeIsReadAsIfAlone() {
    int[] first = engine().tokens(Prompt.raw(Prose.ofLength(5_000, 3)));
    int[] second = first.clone();
    for (int i = 600; i < second.length; i++) {
      second[i] = first[first.length - 1 - i + 600];
    }
    int count = 650;
    Variant quest = variants("quest").getFirst();
    float[] alone;
    try (Lab lab = new Lab(engine());
        Lab.Prefix prefix = lab.prefix(second, count, false, 0, read -> {});
        Sequence sequence = prefix.fork(quest, 96, 1)) {
      alone = sequence.step(second[count]).clone();
      assertThat(lab.reused()).isZero();
    }
    try (Lab lab = new Lab(engine())) {
      lab.prefix(first, count, false, 0, read -> {}).close();
      try (Lab.Prefix prefix = lab.prefix(second, count, false, 0, read -> {});
          Sequence sequence = prefix.fork(quest, 96, 1)) {
        assertThat(lab.reused()).isEqualTo(600);
        assertThat(sequence.step(second[count])).isEqualTo(alone);
      }
    }
    assertThat(engine().pagesInUse()).isZero();
  }

  @Test
  void aBudgetOfTheWholeContextIsLeftOutAndSaidSo() throws IOException {
    List<Job> jobs = new Suite(engine(), options(320, 1, 8)).jobs("perplexity");
    Evaluation.Outcome outcome =
        run(
            jobs,
            variants("quest"),
            List.of(new Budget(512, 0), new Budget(16, 0), new Budget(64, 0)),
            new AtomicInteger());
    assertThat(outcome.rows()).hasSize(1);
    assertThat(outcome.notes())
        .contains(
            "perplexity: a budget of 512 tokens covers contexts of 512 or less and was left out there",
            "a budget of 16 tokens is less than two pages of 16 and was left out");
  }

  @Test
  void aSparseCellThatSelectsNothingIsAnError() throws IOException {
    List<Job> jobs = new Suite(engine(), options(320, 1, 8)).jobs("perplexity");
    assertThatThrownBy(() ->
            run(jobs, variants("quest/dense30"), List.of(new Budget(64, 0)), new AtomicInteger()))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "perplexity 320 from 0 with quest/sketch and a budget of 64 selected nothing: all layers are dense, or the budget covers the context");
  }

  @Test
  void theOracleCoversMoreThanQuestAndQuestMoreThanChance() throws IOException {
    List<Job> jobs = new Suite(engine(), options(LENGTH, 1, 6)).jobs("recall");
    Evaluation.Outcome outcome =
        run(
            jobs,
            variants("dense", "quest", "oracle", "random", "streaming"),
            List.of(new Budget(96, 0)),
            new AtomicInteger());
    assertThat(outcome.rows()).hasSize(4); // dense covers all
    double oracle = mass(outcome, "oracle", jobs);
    double quest = mass(outcome, "quest/sketch", jobs);
    assertThat(oracle).isGreaterThan(quest).isLessThan(1);
    assertThat(quest).isGreaterThan(mass(outcome, "random", jobs) + 0.05);
    List<?> layers = ResultMaps.list(row(outcome, "oracle", jobs.getFirst()).result(), "layers");
    assertThat(layers).hasSize(28);
  }

  private static double mass(Evaluation.Outcome outcome, String selector, List<Job> jobs) {
    return ResultMaps.number(row(outcome, selector, jobs.getFirst()).result(), "mass");
  }

  @Test
  void theBoundOfMinimaAndMaximaIsNeverBelowTheTruth() throws IOException {
    List<Job> jobs = new Suite(engine(), options(LENGTH, 1, 6)).jobs("missed");
    Evaluation.Outcome outcome =
        run(jobs, variants("quest"), List.of(new Budget(96, 0)), new AtomicInteger());
    Map<String, Object> result = outcome.rows().getFirst().result();
    assertThat(result).containsEntry("cases", 6 * 28 * 9).containsEntry("minmax_below", 0);
    assertThat(ResultMaps.number(result, "log_correlation")).isGreaterThan(0.8);
    assertThat(ResultMaps.number(result, "bound_below")).isLessThan(15);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Suite suite = new Suite(engine(), options(9_000, 1, 8));
    assertThatThrownBy(() -> suite.jobs("passkey"))
        .hasMessage("length 9000 is beyond the context of %s: 8192".formatted(engine().name()));
    Suite small = new Suite(engine(), options(64, 1, 64));
    assertThatThrownBy(() -> small.jobs("perplexity"))
        .hasMessage("a length of 64 leaves nothing before 64 steps");
    assertThatThrownBy(() -> small.jobs("longbench"))
        .hasMessageStartingWith("longbench needs --data");
    SuiteOptions text =
        new SuiteOptions(
            List.of(512), 1, 1, Optional.of("too short"), Optional.empty(), List.of(), 8);
    assertThatThrownBy(() -> new Suite(engine(), text).jobs("recall"))
        .hasMessage(
            "the text has 2 tokens, too few for a context of 512: give a longer text or shorter --lengths");
  }
}
