package io.github.quest4j.attention.kernel;

class ScalarSealKernels implements SealKernels {

  @Override
  public void minMax(float[] keys, int rows, int dim, float[] min, float[] max) {
    for (int c = 0; c < dim; c++) {
      min[c] = max[c] = keys[c];
      for (int t = 1; t < rows; t++) {
        min[c] = Math.min(min[c], keys[t * dim + c]);
        max[c] = Math.max(max[c], keys[t * dim + c]);
      }
    }
  }

  @Override
  public void mean(float[] keys, int rows, int dim, float[] mean) {
    for (int c = 0; c < dim; c++) {
      float sum = 0;
      for (int t = 0; t < rows; t++) {
        sum += keys[t * dim + c];
      }
      mean[c] = sum * (1f / rows);
    }
  }

  @Override
  public void deviation(float[] keys, int rows, int dim, float[] mean, float[] deviation) {
    for (int c = 0; c < dim; c++) {
      float sum = 0;
      for (int t = 0; t < rows; t++) {
        float difference = keys[t * dim + c] - mean[c];
        sum += difference * difference;
      }
      deviation[c] = (float) Math.sqrt(sum * (1f / rows));
    }
  }

  @Override
  public void rotate(float[] x, int at, Rotation rotation) {
    rotation.apply(x, at);
  }

  @Override
  public void residuals(float[] keys, int rows, Rotation rotation, float[] mean) {
    int dim = rotation.dim();
    for (int t = 0; t < rows; t++) {
      for (int c = 0; c < dim; c++) {
        keys[t * dim + c] -= mean[c];
      }
      rotation.apply(keys, t * dim);
    }
  }

  @Override
  public void signs(
      float[] residuals, int rows, int dim, short[] signs, float[] sizes, float[] squares) {
    for (int t = 0; t < rows; t++) {
      int first = t * ((dim + SketchLayout.CHANNELS - 1) / SketchLayout.CHANNELS);
      double size = 0;
      double square = 0;
      for (int c = 0; c < dim; c++) {
        float r = residuals[t * dim + c];
        size += Math.abs(r);
        square += (double) r * r;
        if (r < 0) {
          signs[first + c / SketchLayout.CHANNELS] |= (short) (1 << c % SketchLayout.CHANNELS);
        }
      }
      sizes[t] = (float) size;
      squares[t] = (float) square;
    }
  }
}
