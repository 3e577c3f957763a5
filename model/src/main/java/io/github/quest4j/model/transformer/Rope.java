package io.github.quest4j.model.transformer;

import io.github.quest4j.model.compute.RopeAngles;

/** Rotary position embedding: the frequency of each pair of channels, and the angles of a step. */
final class Rope {

  private final double[] frequencies; // [pairs], radians per position
  private final double magnitude;
  private final boolean interleaved;

  private Rope(double[] frequencies, double magnitude, boolean interleaved) {
    this.frequencies = frequencies;
    this.magnitude = magnitude;
    this.interleaved = interleaved;
  }

  /**
   * Frequencies {@code base^(-2i/dims)}, scaled.
   *
   * @param dims rotated channels of a head
   * @param divisors what each frequency is divided by (Llama 3.1's frequency factors); empty for
   *     none
   */
  static Rope of(
      int dims, double base, boolean interleaved, RopeScaling scaling, float[] divisors) {
    int pairs = dims / 2;
    double[] frequencies = new double[pairs];
    double low = 0;
    double high = 0;
    double magnitude = 1;
    if (scaling.kind() == RopeScaling.Kind.YARN) {
      low =
          Math.max(
              0, Math.floor(correction(dims, base, scaling.originalContext(), scaling.betaFast())));
      high =
          Math.min(
              dims - 1,
              Math.ceil(correction(dims, base, scaling.originalContext(), scaling.betaSlow())));
      magnitude =
          scaling.attentionFactor()
              * (scaling.factor() <= 1 ? 1 : 1 + 0.1 * Math.log(scaling.factor()));
    }
    for (int i = 0; i < pairs; i++) {
      double trained = Math.pow(base, -2.0 * i / dims) / (divisors.length == 0 ? 1 : divisors[i]);
      frequencies[i] =
          switch (scaling.kind()) {
            case NONE -> trained;
            case LINEAR -> trained / scaling.factor();
            case YARN -> {
              // 1 for fast pairs, which keep their frequency; 0 for slow ones, which are
              // interpolated.
              double kept = 1 - Math.clamp((i - low) / Math.max(0.001, high - low), 0.0, 1.0);
              yield trained * kept + trained / scaling.factor() * (1 - kept);
            }
          };
    }
    return new Rope(frequencies, magnitude, interleaved);
  }

  /**
   * The (fractional) channel index whose pair turns {@code rotations} times over the original
   * context.
   */
  private static double correction(int dims, double base, int originalContext, double rotations) {
    return dims * Math.log(originalContext / (rotations * 2 * Math.PI)) / (2 * Math.log(base));
  }

  /** The angles of the first {@code rows} positions. */
  RopeAngles angles(int[] positions, int rows) {
    int pairs = frequencies.length;
    float[] cos = new float[rows * pairs];
    float[] sin = new float[rows * pairs];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < pairs; i++) {
        double angle = positions[row] * frequencies[i];
        cos[row * pairs + i] = (float) (Math.cos(angle) * magnitude);
        sin[row * pairs + i] = (float) (Math.sin(angle) * magnitude);
      }
    }
    return new RopeAngles(pairs, interleaved, cos, sin);
  }
}
