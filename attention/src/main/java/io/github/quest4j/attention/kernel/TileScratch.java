package io.github.quest4j.attention.kernel;

/** Scratch memory of {@link AttendKernels#attendTile}; belongs to one worker, grows as needed. */
public final class TileScratch {

  float[] queries = new float[0]; // [headDim, rows]
  float[] scores = new float[0]; // [block, rows], then the probabilities
  float[] acc = new float[0]; // [headDim, rows]
  float[] keys = new float[0]; // [headDim, keyStride]
  float[] values = new float[0]; // [block, headDim]
  float[] max = new float[0]; // [rows]
  float[] sum = new float[0]; // [rows]
  float[] correction = new float[0]; // [rows]
  int[] first = new int[0]; // [rows] first position seen
  int[] last = new int[0]; // [rows] last position seen, the row's own
  final ColdTile.Scratch cold = new ColdTile.Scratch();

  void reserve(int rows, int headDim, int block, int keyStride) {
    if (queries.length < headDim * rows) {
      queries = new float[headDim * rows];
      acc = new float[headDim * rows];
    }
    if (scores.length < block * rows) {
      scores = new float[block * rows];
    }
    if (keys.length < headDim * keyStride) {
      keys = new float[headDim * keyStride];
    }
    if (values.length < block * headDim) {
      values = new float[block * headDim];
    }
    if (max.length < rows) {
      max = new float[rows];
      sum = new float[rows];
      correction = new float[rows];
      first = new int[rows];
      last = new int[rows];
    }
  }
}
