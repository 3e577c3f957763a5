package io.github.quest4j.model.transformer;

/**
 * How rotary frequencies are stretched for contexts beyond the one that a model was trained on.
 *
 * @param kind the method
 * @param factor how many times longer the context is made
 * @param originalContext tokens of the trained context (YaRN)
 * @param attentionFactor further factor on cosines and sines (YaRN)
 * @param betaFast rotations over the original context from which a channel is left as it is (YaRN)
 * @param betaSlow rotations below which a channel is fully interpolated (YaRN)
 */
public record RopeScaling(
    Kind kind,
    double factor,
    int originalContext,
    double attentionFactor,
    double betaFast,
    double betaSlow) {

  /** The methods known. */
  public enum Kind {
    /** Frequencies as trained. */
    NONE,
    /** Positions divided by the factor. */
    LINEAR,
    /** YaRN (arXiv 2309.00071): interpolation by parts. */
    YARN
  }

  /** No scaling. */
  public static final RopeScaling NONE = new RopeScaling(Kind.NONE, 1, 0, 1, 32, 1);
}
