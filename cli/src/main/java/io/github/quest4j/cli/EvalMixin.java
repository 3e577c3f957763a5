package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.evaluation.run.Budget;
import io.github.quest4j.evaluation.run.Suite;
import io.github.quest4j.evaluation.run.SuiteOptions;
import io.github.quest4j.evaluation.run.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code quest eval}. */
final class EvalMixin {

  private static final String ALL = "all";
  private static final String ABLATION = "ablation";
  private static final List<String> ABLATION_TASKS = List.of("needle", "perplexity", "recall");
  private static final List<String> STRETCHES = List.of("perplexity", "recall", "missed");
  private static final List<String> COMPARED =
      List.of(
          "dense",
          "quest",
          "quest/minmax",
          "oracle",
          "h2o",
          "tova",
          "snapkv",
          "streaming",
          "random");
  private static final List<String> QUICK =
      List.of("dense", "quest", "quest/minmax", "oracle", "h2o", "streaming");
  private static final List<String> ABLATED =
      List.of(
          "dense",
          "quest",
          "quest/p8",
          "quest/p32",
          "quest/p64",
          "quest/head",
          "quest/minmax",
          "quest/minmax/head",
          "quest/minmax/p32",
          "quest/minmax8",
          "quest/shrunk",
          "quest/meanstd",
          "quest/dense0",
          "quest/sink0",
          "oracle");

  @Option(
      names = "--lengths",
      paramLabel = "N",
      split = ",",
      description = "contexts in tokens (default: 2048,4096; with --quick 2048)")
  @Nullable List<Integer> lengths;

  @Option(
      names = "--budgets",
      paramLabel = "N",
      split = ",",
      description =
          "tokens that a sparse step may read, or 1/8 of the context (default: 1/16,1/8; with --quick 1/8)")
  @Nullable List<String> budgets;

  @Option(
      names = "--selectors",
      paramLabel = "S",
      split = ",",
      description = "what to compare, see below (default: all of them)")
  @Nullable List<String> selectors;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description =
          "questions of a kind and length, and stretches of the text (default: 10; with --quick 4)")
  @Nullable Integer samples;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "tokens of a stretch that go through the sparse path (default: 256; with --quick 64)")
  @Nullable Integer steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "of the questions (default: ${DEFAULT-VALUE})")
  long seed;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "the text of perplexity, recall and missed (default: generated prose)")
  @Nullable Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "LongBench's questions: files such as qasper.jsonl, a line {id, prompt, answers} each")
  @Nullable Path data;

  @Option(
      names = "--longbench-tasks",
      paramLabel = "NAME",
      split = ",",
      description = "which of them (default: all files there are)")
  List<String> longBenchTasks = new ArrayList<>();

  @Option(names = "--quick", description = "few lengths, selectors and questions")
  boolean quick;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "write report.html, report.md and results.json there")
  @Nullable Path report;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description =
          "where cells are kept, and found again (default: evaluation.jsonl in the model store)")
  @Nullable Path results;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads that compute (default: all cores)")
  int threads = Runtime.getRuntime().availableProcessors();

  private boolean ablation; // was asked for

  /** The suite's tasks behind the names typed. */
  List<String> tasks(List<String> typed) {
    Set<String> tasks = new LinkedHashSet<>();
    for (String name : typed) {
      if (name.equals(ALL)) {
        Suite.TASKS.stream()
            .filter(task -> data != null || !task.equals("longbench"))
            .forEach(tasks::add);
      } else if (name.equals(ABLATION)) {
        tasks.addAll(ABLATION_TASKS);
      } else if (Suite.TASKS.contains(name)) {
        tasks.add(name);
      } else {
        throw new UsageException(
            "unknown task: %s (known: %s, ablation, all)"
                .formatted(name, String.join(", ", Suite.TASKS)));
      }
    }
    ablation = typed.contains(ABLATION);
    return List.copyOf(tasks);
  }

  List<Variant> variants() {
    List<String> names =
        selectors != null ? selectors : ablation ? ABLATED : quick ? QUICK : COMPARED;
    List<Variant> variants = new ArrayList<>();
    for (String name : names) {
      variants.add(Variant.parse(name, AttentionOptions.defaults(), 16));
    }
    return variants;
  }

  List<Budget> budgets() {
    List<String> texts =
        budgets != null ? budgets : quick ? List.of("1/8") : List.of("1/16", "1/8");
    return texts.stream().map(Budget::parse).toList();
  }

  SuiteOptions suite() throws IOException {
    List<Integer> contexts =
        lengths != null ? lengths : quick ? List.of(2_048) : List.of(2_048, 4_096);
    return new SuiteOptions(
        contexts,
        samples != null ? samples : quick ? 4 : 10,
        seed,
        file == null ? Optional.empty() : Optional.of(InputMixin.readFile(file)),
        Optional.ofNullable(data),
        longBenchTasks,
        steps != null ? steps : quick ? 64 : 256);
  }

  Path results() {
    return results != null ? results : ModelStore.open().home().resolve("evaluation.jsonl");
  }

  /** What a reader must know was not measured. */
  List<String> leftOut(List<String> typed) {
    List<String> notes = new ArrayList<>();
    if (quick) {
      notes.add(
          "--quick: contexts, budgets, selectors and questions are few, and intervals wide; left out are tova, snapkv and random, contexts beyond 2,048, and the grid of the ablation");
    }
    if (typed.contains(ALL) && data == null) {
      notes.add("longbench was left out: it needs --data");
    }
    boolean stretches = tasks(typed).stream().anyMatch(STRETCHES::contains);
    if (file == null && stretches) {
      notes.add("stretches of text are of generated prose: give a real text with -f");
    }
    return notes;
  }
}
