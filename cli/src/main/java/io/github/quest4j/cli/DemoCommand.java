package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Generation;
import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest demo}: a long document, one question, dense and Quest side by side. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Reads a long document with a real model and answers a question about it, dense and with Quest side by side.",
    footer = {
      "",
      "A model's own defaults do not count here, the general ones do.",
      "",
      "Examples:",
      "  quest demo",
      "  quest demo --token-budget 256 --seed 3"
    })
final class DemoCommand implements Callable<Integer> {

  private static final int BUDGET = 512;
  private static final int PARAGRAPHS = 62; // about 4,000 tokens
  private static final int ANSWER_TOKENS = 24;

  private static final int ROUNDS = 8;
  private static final int WARM_UP_ROUNDS = 4;
  private static final int ROUND_STEPS = 48;

  @Mixin ModelMixin model = new ModelMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      defaultValue = "" + BUDGET,
      description = "tokens that Quest reads per layer (default: ${DEFAULT-VALUE})")
  int tokenBudget;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "of the document (default: ${DEFAULT-VALUE})")
  long seed;

  @Override
  public Integer call() throws Exception {
    AttentionOptions quest = AttentionOptions.defaults().withTokenBudget(tokenBudget);
    AttentionOptions dense = quest.withPolicy(AttentionOptions.DENSE);
    DemoDocument document = DemoDocument.of(seed, PARAGRAPHS);
    DemoDocument.Fact fact = document.facts().getFirst();
    EngineOptions options = model.options(EngineOptions.defaults(), quest);
    try (Engine engine = Engine.open(model.path(common), options)) {
      common.note(engine.describe());
      common.note(
          "The document: a harbour log of "
              + PARAGRAPHS
              + " days, made from seed "
              + seed
              + ". It begins:");
      common.note(document.text().lines().skip(2).findFirst().orElse("").indent(2).stripTrailing());
      common.note("The question: " + fact.question());
      String prompt =
          document.text() + "Question: " + fact.question() + "\nAnswer: " + fact.beginning();
      List<GenerationResult> results = new ArrayList<>();
      for (AttentionOptions how : List.of(dense, quest)) {
        GenerateRequest request =
            GenerateRequest.of(Prompt.raw(prompt)).withMaxTokens(ANSWER_TOKENS).withAttention(how);
        try (PromptProgress progress = new PromptProgress(common);
            Generation generation = engine.start(request, progress);
            Interrupt interrupt = Interrupt.on(generation::cancel)) {
          results.add(generation.result());
          if (interrupt.came()) {
            return ExitCodes.INTERRUPTED;
          }
        }
      }
      double[] speeds = decodeSpeeds(engine, prompt, List.of(dense, quest));
      report(engine, fact, results.getFirst(), results.getLast(), speeds);
      return firstLine(results.getLast()).contains(fact.answer()) ? ExitCodes.OK : ExitCodes.FAILED;
    }
  }

  private void report(
      Engine engine,
      DemoDocument.Fact fact,
      GenerationResult dense,
      GenerationResult quest,
      double[] speeds) {
    double ratio = speeds[1] / speeds[0];
    boolean same = firstLine(dense).equals(firstLine(quest));
    if (common.json) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("seed", seed);
      report.put("question", fact.question());
      report.put("expected", fact.answer());
      report.put("same_answer", same);
      report.put("speed_ratio", ratio);
      report.put("decode_tok_s", Map.of("dense", speeds[0], "quest", speeds[1]));
      report.put("dense", RunReport.of(engine, dense));
      report.put("quest", RunReport.of(engine, quest));
      Json.print(report);
      return;
    }
    System.out.println();
    row("", "dense", "quest, budget " + tokenBudget);
    row("answer", firstLine(dense), firstLine(quest));
    row("prompt read", speed(dense.timing().prefillSpeed()), speed(quest.timing().prefillSpeed()));
    row("decode, warmed up", speed(speeds[0]), speed(speeds[1]));
    row("KV bytes read per token", bytes(dense), bytes(quest));
    row("pages read of total", pages(dense), pages(quest));
    if (quest.kv().missedMassMean().isPresent()) {
      row(
          "attention missed (estimate)",
          "none",
          String.format(Locale.ROOT, "%.2f %%", 100 * quest.kv().missedMassMean().getAsDouble()));
    }
    System.out.println();
    System.out.println(
        String.format(
            Locale.ROOT,
            "The document says: %s. The answers are %s; Quest decoded %.2f times as fast and read %.0f %% of the KV cache.",
            fact.answer(),
            same ? "the same" : "different",
            ratio,
            100 * quest.kv().bytesReadPerToken() / dense.kv().bytesReadPerToken()));
    if (quest.kv().selections() == 0) {
      System.out.println(
          "Nothing was sparse: the document fits the budget of " + tokenBudget + " tokens.");
    }
  }

  /**
   * Steady decode speeds, the ways in turn: the first rounds only warm the JVM up, the best of the
   * others counts.
   */
  private static double[] decodeSpeeds(Engine engine, String prompt, List<AttentionOptions> ways) {
    int[] tokens = engine.tokens(Prompt.raw(prompt));
    double[] speeds = new double[ways.size()];
    try (Sequence sequence = engine.sequence(ways.getFirst())) {
      sequence.prefill(tokens);
      for (int round = 0; round < ROUNDS; round++) {
        for (int way = 0; way < speeds.length; way++) {
          try (Sequence fork = sequence.fork(ways.get(way))) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUND_STEPS; i++) {
              fork.step(tokens[i]);
            }
            double speed = ROUND_STEPS / ((System.nanoTime() - start) / 1e9);
            speeds[way] = round < WARM_UP_ROUNDS ? 0 : Math.max(speeds[way], speed);
          }
        }
      }
    }
    return speeds;
  }

  private static void row(String what, String dense, String quest) {
    System.out.println(
        String.format(Locale.ROOT, "%-28s %-26s %s", what, dense, quest).stripTrailing());
  }

  private static String firstLine(GenerationResult result) {
    String line = result.text().strip().lines().findFirst().orElse("");
    int sentence = line.indexOf(". ");
    return sentence < 0 ? line : line.substring(0, sentence + 1);
  }

  private static String speed(double perSecond) {
    return String.format(Locale.ROOT, "%.1f tokens/s", perSecond);
  }

  private static String bytes(GenerationResult result) {
    return String.format(Locale.ROOT, "%.1f MB", result.kv().bytesReadPerToken() / 1e6);
  }

  private static String pages(GenerationResult result) {
    return String.format(
        Locale.ROOT, "%.0f of %d", result.kv().pagesSelectedMean(), result.kv().pages());
  }
}
