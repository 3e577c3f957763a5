package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * This engine beside llama.cpp: same file, same threads, same depths. The two take turns, which one
 * goes first changes from repetition to repetition, and while one works the other's threads sleep.
 */
public final class PeerBench {

  /** What is compared. */
  public enum Work {
    /** Reading a prompt. */
    PREFILL,
    /** Decode steps that read all pages, against the peer's. */
    DENSE_DECODE,
    /**
     * Decode steps that read the pages chosen, against the peer's, which reads all. There is no
     * such row where all pages fit the budget.
     */
    QUEST_DECODE
  }

  /**
   * What to compare.
   *
   * @param program llama.cpp's llama-bench
   * @param model the file both open
   * @param options how this engine opens it, but for the threads; its attention is that of {@link
   *     Work#QUEST_DECODE}
   * @param threads thread counts
   * @param depths tokens in the cache before what is measured
   * @param prompt tokens of a prompt; 0 for no prefill
   * @param generate decode steps of a repetition; 0 for no decode
   * @param seed of this engine's keys, values and tokens
   */
  public record Setup(
      Path program,
      Path model,
      EngineOptions options,
      List<Integer> threads,
      List<Integer> depths,
      int prompt,
      int generate,
      long seed) {

    /** Checks the values and keeps own copies of the lists. */
    public Setup {
      threads = List.copyOf(threads);
      depths = List.copyOf(depths);
      if (prompt < 0 || generate < 0 || prompt + (long) generate == 0) {
        throw new IllegalArgumentException(
            "nothing to compare: prompt is " + prompt + " and generate is " + generate);
      }
      if (threads.isEmpty() || depths.isEmpty()) {
        throw new IllegalArgumentException("at least one thread count and one depth are needed");
      }
    }
  }

  /**
   * One line of the comparison.
   *
   * @param peer tokens per second of llama.cpp, {@code [repetitions]}
   * @param ours of this engine, {@code [repetitions]}
   * @param settled whether this engine's warm-up settled
   */
  public record Row(
      Work work, int threads, int depth, double[] peer, double[] ours, boolean settled) {

    /** How many times as fast as llama.cpp this engine is, of each pair. */
    public Spread ratio() {
      return Spread.ofRatios(ours, peer);
    }
  }

  private final Setup setup;
  private final LlamaBench peer;

  /**
   * Checks that there is a peer.
   *
   * @throws BenchmarkException if its program is missing
   */
  public PeerBench(Setup setup) {
    this.setup = setup;
    this.peer = new LlamaBench(setup.program(), setup.model());
  }

  /**
   * Compares.
   *
   * @param rows is told each row as it is ready
   * @throws BenchmarkException with what the peer said last if it fails
   */
  public void run(Schedule schedule, Progress progress, Consumer<Row> rows) {
    for (int threads : setup.threads()) {
      try (Engine engine = Engine.open(setup.model(), setup.options().withThreads(threads))) {
        for (int depth : setup.depths()) {
          int most = Math.max(setup.prompt(), setup.generate());
          try (ModelBench bench = ModelBench.open(engine, depth, most, setup.seed(), progress)) {
            compare(bench, threads, schedule, progress).forEach(rows);
          }
        }
      }
    }
  }

  private List<Row> compare(ModelBench bench, int threads, Schedule schedule, Progress progress) {
    List<Work> works = new ArrayList<>();
    List<Alternation.Way> ways = new ArrayList<>();
    AttentionOptions options = setup.options().attention();
    ModelBench.DecodeWay quest = bench.decodeWay(options, Math.max(1, setup.generate()), 1);
    if (setup.prompt() > 0) {
      works.add(Work.PREFILL);
      ways.add(bench.prefillWay(setup.prompt()));
    }
    if (setup.generate() > 0) {
      works.add(Work.DENSE_DECODE);
      ways.add(bench.decodeWay(options.withPolicy(AttentionOptions.DENSE), setup.generate(), 1));
      works.add(Work.QUEST_DECODE);
      ways.add(quest);
    }
    boolean settled =
        Alternation.warmUp(ways, ModelBench.warmUps(setup.generate()), schedule, progress)
            .settled();
    if (quest.selections() == 0 && works.remove(Work.QUEST_DECODE)) {
      ways.removeLast(); // all pages fit the budget: it would be the dense row once more
    }
    int repetitions = schedule.repetitions();
    double[][] theirs = new double[ways.size()][repetitions];
    double[][] ours = new double[ways.size()][repetitions];
    for (int i = 0; i < repetitions; i++) {
      boolean first = i % 2 == 0;
      if (first) {
        runPeer(works, bench.depth(), threads, theirs, i);
      }
      for (int way = 0; way < ways.size(); way++) {
        ours[way][i] = tokens(works.get(way)) / ways.get(way).seconds();
      }
      if (!first) {
        runPeer(works, bench.depth(), threads, theirs, i);
      }
      progress.update(Progress.Phase.MEASURE, i + 1, repetitions);
    }
    List<Row> rows = new ArrayList<>();
    for (int way = 0; way < ways.size(); way++) {
      rows.add(new Row(works.get(way), threads, bench.depth(), theirs[way], ours[way], settled));
    }
    return rows;
  }

  private int tokens(Work work) {
    return work == Work.PREFILL ? setup.prompt() : setup.generate();
  }

  private void runPeer(List<Work> works, int depth, int threads, double[][] speeds, int at) {
    LlamaBench.Figures figures = peer.run(setup.prompt(), setup.generate(), depth, threads);
    for (int i = 0; i < speeds.length; i++) {
      speeds[i][at] = works.get(i) == Work.PREFILL ? figures.prefill() : figures.decode();
    }
  }
}
