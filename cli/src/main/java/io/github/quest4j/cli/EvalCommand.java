package io.github.quest4j.cli;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.evaluation.Row;
import io.github.quest4j.evaluation.report.About;
import io.github.quest4j.evaluation.report.Report;
import io.github.quest4j.evaluation.run.Ablation;
import io.github.quest4j.evaluation.run.Budget;
import io.github.quest4j.evaluation.run.Evaluation;
import io.github.quest4j.evaluation.run.Job;
import io.github.quest4j.evaluation.run.Lab;
import io.github.quest4j.evaluation.run.Ledger;
import io.github.quest4j.evaluation.run.Suite;
import io.github.quest4j.evaluation.run.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quest eval}: how much accuracy a choice of pages keeps. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    description =
        "Measures how much accuracy sparse attention keeps, through the path that decoding uses.",
    footer = {
      "",
      "Tasks: passkey, needle, ruler (questions); perplexity, recall, missed (stretches of a text, -f); longbench (--data); ablation (needle, perplexity and recall over --selectors, with the default that follows); all.",
      "",
      "Selectors: dense, quest, oracle, random, streaming, h2o, tova, snapkv. What differs from the defaults follows behind a slash: quest/minmax/head/p32/sink0/recent2/dense0/miss0.05 (scorer, GQA mode, page size, ...).",
      "",
      "Results are kept line by line; an interrupted run goes on where it was when the command is repeated.",
      "",
      "Examples:",
      "  quest eval passkey --lengths 2048,4096 --budgets 1/8 --selectors dense,quest,quest/minmax,h2o",
      "  quest eval perplexity recall missed -f book.txt --lengths 4096 --budgets 256,512,1024 --report out",
      "  quest eval all --quick --report out"
    })
final class EvalCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "TASK", description = "what to measure, see below")
  List<String> tasks = new ArrayList<>();

  @Mixin ModelNameMixin model = new ModelNameMixin();
  @Mixin EvalMixin options = new EvalMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Override
  public Integer call() throws IOException {
    List<String> names = options.tasks(tasks);
    Path file = model.path(common);
    Path folder = options.report == null ? Path.of("") : options.report;
    if (options.report != null) {
      Report.requireWritable(folder);
    }
    AttentionOptions dense = AttentionOptions.defaults().withPolicy(AttentionOptions.DENSE);
    EngineOptions engineOptions =
        EngineOptions.defaults().withThreads(options.threads).withAttention(dense);
    List<Variant> variants = options.variants();
    List<Budget> budgets = options.budgets();
    try (Ledger ledger = Ledger.open(options.results());
        Engine engine = Engine.open(file, engineOptions);
        Lab lab = new Lab(engine);
        ProgressLine progress = new ProgressLine("Evaluating", "steps", common);
        Interrupt interrupt = Interrupt.on(() -> {})) {
      common.note(engine.describe());
      common.note("results are kept in " + options.results());
      Suite suite = new Suite(engine, options.suite());
      List<Job> jobs = new ArrayList<>();
      for (String name : names) {
        jobs.addAll(suite.jobs(name));
      }
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("model_bytes", Files.size(file));
      settings.put("version", Version.read().commit());
      Evaluation evaluation =
          new Evaluation(
              lab,
              ledger,
              settings,
              (done, total, what) -> progress.update(done, total),
              interrupt::came);
      Evaluation.Outcome outcome = evaluation.run(jobs, variants, budgets, options.seed);
      progress.end();
      return finish(outcome, folder, interrupt.came());
    }
  }

  private int finish(Evaluation.Outcome outcome, Path folder, boolean interrupted) {
    List<Row> rows = new ArrayList<>(outcome.rows());
    if (tasks.contains("ablation") || tasks.contains("all")) {
      rows.addAll(Ablation.rows(outcome.rows()));
    }
    List<String> notes = new ArrayList<>(outcome.notes());
    notes.addAll(options.leftOut(tasks));
    About about =
        new About(
            commandLine(),
            Processor.name(),
            options.threads,
            Version.read().commit(),
            Instant.now(),
            outcome.seconds(),
            outcome.secondsSaved(),
            notes);
    if (options.report != null) {
      Report.write(folder, rows, about);
      common.note("report: " + folder.resolve("report.html"));
    }
    if (common.json) {
      Json.print(EvalJson.of(rows, outcome, notes));
    } else {
      System.out.print(Report.markdown(rows, about));
    }
    if (interrupted) {
      common.note("interrupted; the same command goes on from here");
      return ExitCodes.INTERRUPTED;
    }
    return ExitCodes.OK;
  }

  private String commandLine() {
    return "quest " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }
}
