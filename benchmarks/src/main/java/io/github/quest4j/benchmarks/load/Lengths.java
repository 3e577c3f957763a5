package io.github.quest4j.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths to draw from.
 *
 * @param parts ranges, each chosen with a probability in proportion to its weight
 */
public record Lengths(List<Part> parts) {

  private static final int MAX_TOKENS = 1_000_000;
  private static final int MAX_WEIGHT = 1_000;
  private static final int MAX_PARTS = 100;
  private static final Pattern PART =
      Pattern.compile("(\\d{1,7})(?:\\.\\.(\\d{1,7}))?(?:\\*(\\d{1,4}))?");

  /**
   * A range, all lengths of which are equally likely.
   *
   * @param from smallest length in tokens
   * @param to largest length in tokens
   * @param weight of the range among the others
   */
  public record Part(int from, int to, int weight) {

    /** Checks the values. */
    public Part {
      if (from < 1 || to < from || to > MAX_TOKENS) {
        throw new IllegalArgumentException(
            "a range of tokens is not within 1.." + MAX_TOKENS + ": " + from + ".." + to);
      }
      if (weight < 1 || weight > MAX_WEIGHT) {
        throw new IllegalArgumentException("a weight is not in 1.." + MAX_WEIGHT + ": " + weight);
      }
    }
  }

  /** Checks the values and keeps an own copy of the list. */
  public Lengths {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw new IllegalArgumentException(
          "lengths are not 1.." + MAX_PARTS + " ranges but " + parts.size());
    }
  }

  /**
   * Parses {@code 512}, {@code 100..2000}, {@code 128,4096} or, with weights, {@code
   * 64..256*9,4096*1}.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static Lengths parse(String text) {
    List<Part> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = PART.matcher(part.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "not lengths in tokens: '%s' (write 512, 100..2000, 128,4096 or 64..256*9,4096*1)"
                .formatted(text));
      }
      int from = Integer.parseInt(matcher.group(1));
      int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
      int weight = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
      parts.add(new Part(from, to, weight));
    }
    return new Lengths(parts);
  }

  /** Draws a length. */
  int draw(SplittableRandom random) {
    int at = random.nextInt(parts.stream().mapToInt(Part::weight).sum());
    for (Part part : parts) {
      at -= part.weight();
      if (at < 0) {
        return part.from() + random.nextInt(part.to() - part.from() + 1);
      }
    }
    throw new AssertionError("weights changed their sum");
  }

  /** The largest length there is. */
  int max() {
    return parts.stream().mapToInt(Part::to).max().orElseThrow();
  }

  @Override
  public String toString() {
    List<String> texts = new ArrayList<>();
    for (Part part : parts) {
      texts.add(
          part.from()
              + (part.to() > part.from() ? ".." + part.to() : "")
              + (part.weight() > 1 ? "*" + part.weight() : ""));
    }
    return String.join(",", texts);
  }
}
