package io.github.quest4j.evaluation.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The passkey task as the Quest paper asks it (arXiv 2406.10774): a number of 1 to 50,000 in one
 * line among filler lines; the last 400 characters go through the sparse path token by token; of
 * ten greedy tokens the first number counts.
 */
public final class Passkey {

  /** Version of the texts: with another one, results cannot be compared. */
  public static final int VERSION = 1;

  /** Characters at the end of the prompt that are decoded token by token. */
  public static final int SPARSE_TAIL = 400;

  /** Tokens of an answer. */
  public static final int MAX_TOKENS = 10;

  private static final int GREATEST_KEY = 50_000;
  private static final String HEADER =
      "There is an important info hidden inside a lot of irrelevant text. Find it and memorize"
          + " them. I will quiz you about the important information there.";
  private static final String FILLER =
      "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";
  private static final String QUESTION = "What is the pass key? The pass key is";
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private Passkey() {}

  /**
   * Prompts of one length. Their depths are spread evenly over the filler, first 0 and last 1 (one
   * alone lies in the middle), and each hides another key. Labels: {@code length}, {@code depth}.
   *
   * @param length tokens that a prompt may have; it has as many as whole filler lines allow
   * @param samples number of items, 1 to 50,000
   * @param seed decides the keys
   * @param tokens counts the tokens of a prompt
   * @return {@code samples} items, by depth
   * @throws IllegalArgumentException if the length is too small for a prompt without filler, or the
   *     samples are out of range
   */
  public static List<Item> items(int length, int samples, long seed, TokenCount tokens) {
    Request.check(length, samples, GREATEST_KEY);
    SplittableRandom random = Seeds.random(seed, "passkey", length, 0);
    Set<Integer> used = new HashSet<>();
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      int key = 1 + random.nextInt(GREATEST_KEY);
      while (!used.add(key)) {
        key = 1 + random.nextInt(GREATEST_KEY);
      }
      items.add(item(length, i, samples, Integer.toString(key), tokens));
    }
    return List.copyOf(items);
  }

  private static Item item(int length, int sample, int samples, String key, TokenCount tokens) {
    double depth = Request.depth(sample, samples);
    String prompt =
        Fitting.longest("a passkey prompt", length, lines -> prompt(lines, depth, key), tokens);
    Map<String, Object> labels = new LinkedHashMap<>();
    labels.put("length", length);
    labels.put("depth", depth);
    return new Item(
        Request.id(length, sample, samples),
        Collections.unmodifiableMap(labels),
        prompt,
        Math.min(SPARSE_TAIL, prompt.length()),
        MAX_TOKENS,
        answer -> grade(answer, key));
  }

  private static String prompt(int lines, double depth, String key) {
    int before = (int) Math.round(lines * depth);
    String filler = FILLER + "\n";
    return HEADER
        + "\n"
        + filler.repeat(before)
        + "The pass key is %s. Remember it. %s is the pass key.\n".formatted(key, key)
        + filler.repeat(lines - before)
        + QUESTION;
  }

  private static double grade(String answer, String key) {
    Matcher number = NUMBER.matcher(answer);
    return number.find() && number.group().equals(key) ? 1 : 0;
  }
}
