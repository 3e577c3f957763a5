package io.github.quest4j.evaluation.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * LongBench (arXiv 2308.14508) as the Quest paper runs it: six tasks, long prompts cut in their
 * middle, the end of the question decoded token by token through the sparse path. The questions
 * come from a folder of the user's, one file of JSON lines for each task.
 */
public final class LongBench {

  /** Characters at the end of the prompt that are decoded token by token. */
  public static final int SPARSE_TAIL = 100;

  private static final int LEAST_CONTEXT = 64;

  private LongBench() {}

  /**
   * The questions of a folder. Labels: {@code kind}, the task's name.
   *
   * @param folder holds {@code qasper.jsonl} and so on; each line is an object with {@code id} (a
   *     string or whole number), {@code prompt} (a string) and {@code answers} (a list of strings)
   * @param tasks names in the order wanted; none for all that the folder holds
   * @param context tokens that a prompt may have, without those that the model puts before it, 64
   *     or more; of a longer one the middle is left out
   * @param tokens the model's tokens
   * @return items by task, in the files' order
   * @throws IllegalArgumentException if a task is unknown or its file is missing, the folder holds
   *     none, or a line is malformed; the message names the file and line
   * @throws IOException if a file cannot be read
   */
  public static List<Item> items(Path folder, List<String> tasks, int context, TextTokens tokens)
      throws IOException {
    if (context < LEAST_CONTEXT) {
      throw new IllegalArgumentException(
          "a LongBench context must be %d tokens or more, not %d"
              .formatted(LEAST_CONTEXT, context));
    }
    List<Item> items = new ArrayList<>();
    for (LongBenchTask task : tasks(folder, tasks)) {
      for (LongBenchFile.Question question : LongBenchFile.read(file(folder, task))) {
        items.add(item(task, question, context, tokens));
      }
    }
    return List.copyOf(items);
  }

  /**
   * The tasks of that name, or all that a folder holds where none is named.
   *
   * @throws IllegalArgumentException as {@link #items}
   */
  public static Set<LongBenchTask> tasks(Path folder, List<String> names) {
    Set<LongBenchTask> tasks = new LinkedHashSet<>();
    for (String name : names) {
      LongBenchTask task = LongBenchTask.of(name);
      if (!Files.isRegularFile(file(folder, task))) {
        throw new IllegalArgumentException(
            "%s has no file %s.jsonl for that task".formatted(folder, name));
      }
      tasks.add(task);
    }
    if (names.isEmpty()) {
      Stream.of(LongBenchTask.values())
          .filter(task -> Files.isRegularFile(file(folder, task)))
          .forEach(tasks::add);
    }
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException(
          "%s holds no LongBench task; each is a file NAME.jsonl, the names are %s"
              .formatted(folder, LongBenchTask.names()));
    }
    return tasks;
  }

  private static Path file(Path folder, LongBenchTask task) {
    return folder.resolve(task.label() + ".jsonl");
  }

  private static Item item(
      LongBenchTask task, LongBenchFile.Question question, int context, TextTokens tokens) {
    String prompt = Truncation.middle(question.prompt(), context, tokens);
    return new Item(
        task.label() + "-" + question.id(),
        Map.of("kind", task.label()),
        prompt,
        Math.min(SPARSE_TAIL, prompt.length()),
        task.maxTokens(),
        answer -> task.grade(answer, question.answers()));
  }
}
