package io.github.quest4j.evaluation.run;

import io.github.quest4j.attention.AttentionCounters;
import io.github.quest4j.engine.Sequence;
import io.github.quest4j.evaluation.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Measures all cells of a list of jobs that the ledger does not hold yet. Every prompt is read once
 * and forked for its cells.
 */
public final class Evaluation {

  /** Is told how far it is. */
  @FunctionalInterface
  public interface Progress {

    /**
     * Something was done.
     *
     * @param done work done, in units of about one decode step
     * @param total work there is
     * @param what is being measured
     */
    void update(long done, long total, String what);
  }

  /**
   * What was measured.
   *
   * @param rows of all cells asked for, those known from before among them
   * @param measured cells measured now
   * @param seconds that took
   * @param secondsSaved that reading each prompt for each of its cells would have taken beyond that
   * @param notes on what was left out
   */
  public record Outcome(
      List<Row> rows, int measured, double seconds, double secondsSaved, List<String> notes) {}

  /** Tokens that are read densely in about the time of one decode step. */
  private static final int PREFILL_PER_STEP = 8;

  private final Lab lab;
  private final Ledger ledger;
  private final Map<String, Object> engineSettings;
  private final Progress progress;
  private final BooleanSupplier cancelled;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long done;
  private long total;
  private int measured;
  private double saved;

  /**
   * An evaluation.
   *
   * @param engineSettings what decides results besides a job's own settings: the model's size, the
   *     version of the program
   * @param cancelled asked between cells
   */
  public Evaluation(
      Lab lab,
      Ledger ledger,
      Map<String, Object> engineSettings,
      Progress progress,
      BooleanSupplier cancelled) {
    this.lab = lab;
    this.ledger = ledger;
    this.engineSettings = engineSettings;
    this.progress = progress;
    this.cancelled = cancelled;
  }

  /**
   * Measures.
   *
   * @param variants in the order to be shown
   * @param budgets of every sparse one
   * @throws EvaluationException if a sparse cell selected nothing
   */
  public Outcome run(List<Job> jobs, List<Variant> variants, List<Budget> budgets, long seed) {
    long start = System.nanoTime();
    List<List<Cell>> cells = new ArrayList<>();
    for (Job job : jobs) {
      List<Cell> own = cells(job, variants, budgets);
      cells.add(own);
      long open = own.stream().filter(cell -> known(job, cell).isEmpty()).count();
      total += open == 0 ? 0 : job.prefix() / PREFILL_PER_STEP + open * job.steps();
    }
    for (int i = 0; i < jobs.size() && !cancelled.getAsBoolean(); i++) {
      run(jobs.get(i), cells.get(i), seed);
    }
    if (cancelled.getAsBoolean()) {
      notes.add("interrupted: the same command goes on from here");
    }
    return new Outcome(
        List.copyOf(rows), measured, (System.nanoTime() - start) / 1e9, saved, List.copyOf(notes));
  }

  private List<Cell> cells(Job job, List<Variant> variants, List<Budget> budgets) {
    List<Cell> cells = new ArrayList<>();
    int context = job.tokens().length;
    for (Variant variant : variants) {
      if (!variant.sparse()) {
        if (job.dense()) {
          cells.add(new Cell(variant, 0));
        }
        continue;
      }
      for (Budget budget : budgets) {
        int tokens = budget.of(job.labels().get("length") instanceof Integer n ? n : context);
        if (!job.measures(variant)) {
          note(job.task() + " can be measured for some selectors only; others were left out there");
        } else if (tokens < 2 * variant.pageSize()) {
          note(
              "a budget of %d tokens is less than two pages of %d and was left out"
                  .formatted(tokens, variant.pageSize()));
        } else if (tokens + variant.pageSize() > job.prefix()) {
          note(
              "%s: a budget of %d tokens covers contexts of %d or less and was left out there"
                  .formatted(job.task(), tokens, tokens));
        } else {
          cells.add(new Cell(variant, tokens));
        }
      }
    }
    return cells;
  }

  private void note(String note) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  private Optional<Row> known(Job job, Cell cell) {
    return ledger.find(row(job, cell, Map.of()));
  }

  private Row row(Job job, Cell cell, Map<String, Object> result) {
    Map<String, Object> settings = new LinkedHashMap<>(cell.variant().settings());
    settings.putAll(job.settings());
    settings.putAll(engineSettings);
    return new Row(
        job.task(),
        lab.engine().name(),
        job.item(),
        job.labels(),
        cell.variant().selector(),
        cell.tokenBudget(),
        settings,
        result);
  }

  private void run(Job job, List<Cell> cells, long seed) {
    List<Cell> open = new ArrayList<>();
    for (Cell cell : cells) {
      known(job, cell).ifPresentOrElse(rows::add, () -> open.add(cell));
    }
    if (open.isEmpty()) {
      return;
    }
    String what = job.task() + " " + job.item();
    boolean observe = open.stream().anyMatch(cell -> cell.variant().observes());
    int denseLayers =
        open.stream()
            .filter(cell -> cell.variant().observes())
            .mapToInt(cell -> cell.variant().how().denseLayers())
            .min()
            .orElse(0);
    long before = done;
    try (Lab.Prefix prefix =
        lab.prefix(
            job.tokens(),
            job.prefix(),
            observe,
            denseLayers,
            read -> progress.update(before + read / PREFILL_PER_STEP, total, what))) {
      done = before + job.prefix() / PREFILL_PER_STEP;
      saved += (open.size() - 1) * prefix.seconds();
      for (Cell cell : open) {
        if (cancelled.getAsBoolean()) {
          return;
        }
        Row row = measure(job, cell, prefix, seed);
        ledger.add(row);
        rows.add(row);
        measured++;
        done += job.steps();
        progress.update(done, total, what);
      }
    }
  }

  private Row measure(Job job, Cell cell, Lab.Prefix prefix, long seed) {
    try (Sequence sequence = prefix.fork(cell.variant(), cell.tokenBudget(), seed)) {
      long start = System.nanoTime();
      Map<String, Object> result = new LinkedHashMap<>(job.run(sequence, cell));
      double seconds = (System.nanoTime() - start) / 1e9;
      AttentionCounters counters = sequence.attention().counters();
      if (cell.variant().sparse() && counters.selections() == 0) {
        throw new EvaluationException(
            "%s %s with %s and a budget of %d selected nothing: all layers are dense, or the budget covers the context"
                .formatted(job.task(), job.item(), cell.variant().selector(), cell.tokenBudget()));
      }
      cost(counters, seconds, result);
      return row(job, cell, result);
    }
  }

  private static void cost(AttentionCounters counters, double seconds, Map<String, Object> result) {
    long steps = counters.steps();
    result.put("steps", steps);
    result.put("selections", counters.selections());
    counters.tokensSelectedMean().ifPresent(mean -> result.put("tokens_read_mean", mean));
    result.put("bytes_per_token", counters.bytesReadPerStep());
    result.put("digest_bytes_per_token", steps == 0 ? 0 : counters.digestBytesRead() / steps);
    result.put("decode_s", seconds);
    counters.missedMassMean().ifPresent(mean -> result.put("missed_mass_mean", mean));
  }
}
