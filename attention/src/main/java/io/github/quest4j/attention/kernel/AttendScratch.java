package io.github.quest4j.attention.kernel;

import java.util.Arrays;

/** Scratch memory of {@link AttendKernels#attend}; belongs to one worker and grows as needed. */
public final class AttendScratch {

  private static final int MOST_LANES = 16;

  float[] q = new float[0]; // scaled queries [heads, headDim]
  float[] scores = new float[0]; // [heads, row]
  float[] acc = new float[0]; // [heads, padded headDim]
  float[] max = new float[0]; // [heads]
  float[] sums = new float[0]; // [heads, lanes]
  long seen; // what touching pages read

  void reserve(int heads, int headDim, int paddedDim, int row) {
    if (q.length < heads * headDim) {
      q = new float[heads * headDim];
    }
    if (acc.length < heads * paddedDim) {
      acc = new float[heads * paddedDim];
    }
    if (scores.length < heads * row) {
      scores = new float[heads * row];
    }
    if (max.length < heads) {
      max = new float[heads];
      sums = new float[heads * MOST_LANES];
    }
    Arrays.fill(acc, 0, heads * paddedDim, 0f);
  }
}
