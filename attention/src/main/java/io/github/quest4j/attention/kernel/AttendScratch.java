package io.github.quest4j.attention.kernel;

import java.util.Arrays;

/** Scratch memory of {@link AttendKernels#attend}; belongs to one worker and grows as needed. */
public final class AttendScratch {

  float[] q = new float[0]; // prepared queries [heads, padded headDim]
  float[] scores = new float[0]; // [heads, padded tokens]
  float[] folds = new float[0]; // [heads, lanes, lanes]
  float[] acc = new float[0]; // [heads, padded headDim]

  void reserve(int heads, int paddedDim, int paddedTokens, int lanes) {
    if (q.length < heads * paddedDim) {
      q = new float[heads * paddedDim];
      acc = new float[heads * paddedDim];
    }
    if (scores.length < heads * paddedTokens) {
      scores = new float[heads * paddedTokens];
    }
    if (folds.length < heads * lanes * lanes) {
      folds = new float[heads * lanes * lanes];
    }
    Arrays.fill(acc, 0, heads * paddedDim, 0f);
  }
}
