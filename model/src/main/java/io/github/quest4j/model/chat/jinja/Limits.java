package io.github.quest4j.model.chat.jinja;

/**
 * What one rendering may use. Templates come with downloaded models, so they are not trusted.
 *
 * @param characters the longest text that may be built, output and intermediate values alike
 * @param steps evaluated nodes, loop iterations and (scaled) characters and items touched
 * @param depth nested evaluations, macro calls included
 */
public record Limits(int characters, long steps, int depth) {
  /** 8 Mi characters, 10 million steps, depth 500: far above what real conversations need. */
  public static final Limits DEFAULT = new Limits(8 << 20, 10_000_000, 500);

  public Limits {
    if (characters < 1 || steps < 1 || depth < 1) {
      throw new IllegalArgumentException(
          "template limits must be positive: %d characters, %d steps, depth %d"
              .formatted(characters, steps, depth));
    }
  }
}
