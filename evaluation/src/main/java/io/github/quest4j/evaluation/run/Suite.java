package io.github.quest4j.evaluation.run;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.evaluation.task.Item;
import io.github.quest4j.evaluation.task.LongBench;
import io.github.quest4j.evaluation.task.LongBenchTask;
import io.github.quest4j.evaluation.task.Needle;
import io.github.quest4j.evaluation.task.Passkey;
import io.github.quest4j.evaluation.task.Ruler;
import io.github.quest4j.evaluation.task.TextTokens;
import io.github.quest4j.evaluation.task.TokenCount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tasks there are, as lists of jobs for one model. A new task is one case here. */
public final class Suite {

  /** Names of the tasks, in the order in which they are run. */
  public static final List<String> TASKS =
      List.of("passkey", "needle", "ruler", "perplexity", "longbench", "recall", "missed");

  private final Engine engine;
  private final SuiteOptions options;
  private final TokenCount count;

  /** Tasks for a model. */
  public Suite(Engine engine, SuiteOptions options) {
    this.engine = engine;
    this.options = options;
    this.count = text -> engine.tokens(Prompt.raw(text)).length;
  }

  /**
   * The jobs of a task.
   *
   * @throws IllegalArgumentException if there is no such task, or a length or file does not do
   * @throws IOException if a file cannot be read
   */
  public List<Job> jobs(String task) throws IOException {
    return switch (task) {
      case "passkey" -> questions(task, Passkey.VERSION, this::passkeys);
      case "needle" -> questions(task, Needle.VERSION, this::needles);
      case "ruler" -> questions(task, Ruler.VERSION, this::ruler);
      case "longbench" -> longBench();
      case "perplexity" -> stretches(task).stream().<Job>map(LossJob::new).toList();
      case "recall" -> stretches(task).stream().<Job>map(RecallJob::new).toList();
      case "missed" -> stretches(task).stream().<Job>map(MissedJob::new).toList();
      default ->
          throw new IllegalArgumentException(
              "unknown task: "
                  + task
                  + " (known: "
                  + String.join(", ", TASKS)
                  + ", ablation, all)");
    };
  }

  /** Makes the questions of one length. */
  private interface Generator {
    List<Item> items(int length);
  }

  private List<Item> passkeys(int length) {
    return Passkey.items(
        room(length, Passkey.MAX_TOKENS), options.samples(), options.seed(), count);
  }

  private List<Item> needles(int length) {
    List<Item> items = new ArrayList<>();
    for (Needle.Kind kind : Needle.Kind.values()) {
      int room = room(length, Needle.MAX_TOKENS);
      items.addAll(Needle.items(kind, room, options.samples(), options.seed(), count));
    }
    return items;
  }

  private List<Item> ruler(int length) {
    List<Item> items = new ArrayList<>();
    for (Ruler.Kind kind : Ruler.Kind.values()) {
      int room = room(length, kind.maxTokens());
      items.addAll(Ruler.items(kind, room, options.samples(), options.seed(), count));
    }
    return items;
  }

  /** A length with its answer must fit the model's context. */
  private int room(int length, int answer) {
    return Math.min(length, engine.context() - answer);
  }

  private List<Job> questions(String task, int version, Generator generator) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("seed", options.seed());
    settings.put("questions", version);
    List<Job> jobs = new ArrayList<>();
    for (int length : lengths()) {
      for (Item item : generator.items(length)) {
        jobs.add(new AnswerJob(task, labelled(item, length), settings, engine));
      }
    }
    return jobs;
  }

  // What was asked for, not what the answer left of it.
  private static Item labelled(Item item, int length) {
    Map<String, Object> labels = new LinkedHashMap<>(item.labels());
    labels.put("length", length);
    return new Item(
        item.id(), labels, item.prompt(), item.sparseTail(), item.maxTokens(), item.grader());
  }

  private List<Integer> lengths() {
    for (int length : options.lengths()) {
      if (length > engine.context()) {
        throw new IllegalArgumentException(
            "length %d is beyond the context of %s: %d"
                .formatted(length, engine.name(), engine.context()));
      }
    }
    return options.lengths();
  }

  private List<Job> longBench() throws IOException {
    Path folder =
        options
            .data()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "longbench needs --data: a folder of JSON lines (id, prompt, answers), such as qasper.jsonl"));
    int bos = engine.beginningOfSequence().isPresent() ? 1 : 0;
    List<Job> jobs = new ArrayList<>();
    for (int length : lengths()) {
      for (LongBenchTask task : LongBench.tasks(folder, options.longBenchTasks())) {
        int room = length - task.maxTokens() - bos;
        for (Item item : LongBench.items(folder, List.of(task.label()), room, plain())) {
          jobs.add(new AnswerJob("longbench", labelled(item, length), Map.of(), engine));
        }
      }
    }
    return jobs;
  }

  private TextTokens plain() {
    return new TextTokens() {
      @Override
      public int[] encode(String text) {
        return engine.tokenizer().encode(text, false, false);
      }

      @Override
      public String decode(int[] tokens) {
        return engine.tokenizer().decode(tokens);
      }
    };
  }

  private List<Stretch> stretches(String task) {
    return Stretches.of(engine, task, options, lengths());
  }
}
