package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Digests, lanes being channels; the same bits as the scalar loops but for the two norms. */
final class VectorSealKernels implements SealKernels {

  private final ScalarSealKernels scalar = new ScalarSealKernels();

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }

  @Override
  public void minMax(float[] keys, int rows, int dim, float[] min, float[] max) {
    if (dim < LANES) {
      scalar.minMax(keys, rows, dim, min, max);
      return;
    }
    for (int i = 0; i < dim; i += LANES) {
      int c = Math.min(i, dim - LANES); // the last vector may overlap the one before
      FloatVector least = load(keys, c);
      FloatVector most = least;
      for (int t = 1; t < rows; t++) {
        FloatVector key = load(keys, t * dim + c);
        least = least.min(key);
        most = most.max(key);
      }
      least.intoArray(min, c);
      most.intoArray(max, c);
    }
  }

  @Override
  public void mean(float[] keys, int rows, int dim, float[] mean) {
    if (dim < LANES) {
      scalar.mean(keys, rows, dim, mean);
      return;
    }
    for (int i = 0; i < dim; i += LANES) {
      int c = Math.min(i, dim - LANES);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int t = 0; t < rows; t++) {
        sum = sum.add(load(keys, t * dim + c));
      }
      sum.mul(1f / rows).intoArray(mean, c);
    }
  }

  @Override
  public void deviation(float[] keys, int rows, int dim, float[] mean, float[] deviation) {
    if (dim < LANES) {
      scalar.deviation(keys, rows, dim, mean, deviation);
      return;
    }
    for (int i = 0; i < dim; i += LANES) {
      int c = Math.min(i, dim - LANES);
      FloatVector center = load(mean, c);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int t = 0; t < rows; t++) {
        FloatVector difference = load(keys, t * dim + c).sub(center);
        sum = sum.add(difference.mul(difference));
      }
      sum.mul(1f / rows).lanewise(VectorOperators.SQRT).intoArray(deviation, c);
    }
  }

  @Override
  public void rotate(float[] x, int at, Rotation rotation) {
    int dim = rotation.dim();
    float[] signs = rotation.signs();
    int c = 0;
    for (; c <= dim - LANES; c += LANES) {
      VectorHadamard.withinVector(load(x, at + c).mul(load(signs, c))).intoArray(x, at + c);
    }
    VectorHadamard.acrossVectors(x, at, c);
    for (; c < dim; c++) {
      x[at + c] *= signs[c];
    }
    VectorHadamard.rest(x, at, dim);
  }

  @Override
  public void residuals(float[] keys, int rows, Rotation rotation, float[] mean) {
    int dim = rotation.dim();
    for (int t = 0; t < rows; t++) {
      int at = t * dim;
      int c = 0;
      for (; c <= dim - LANES; c += LANES) {
        load(keys, at + c).sub(load(mean, c)).intoArray(keys, at + c);
      }
      for (; c < dim; c++) {
        keys[at + c] -= mean[c];
      }
      rotate(keys, at, rotation);
    }
  }

  @Override
  public void signs(
      float[] residuals, int rows, int dim, short[] signs, float[] sizes, float[] squares) {
    int whole = dim / LANES * LANES;
    for (int t = 0; t < rows; t++) {
      int at = t * dim;
      int row = t * ((dim + SketchLayout.CHANNELS - 1) / SketchLayout.CHANNELS);
      FloatVector size = FloatVector.zero(FLOATS);
      FloatVector square = size;
      for (int c = 0; c < whole; c += LANES) {
        FloatVector r = load(residuals, at + c);
        size = size.add(r.abs());
        square = r.fma(r, square);
        long bits = r.compare(VectorOperators.LT, 0f).toLong();
        // A vector of fewer than 16 channels fills a part of the bits.
        signs[row + c / SketchLayout.CHANNELS] |= (short) (bits << c % SketchLayout.CHANNELS);
      }
      float size1 = VectorShapes.sum(size);
      float square1 = VectorShapes.sum(square);
      for (int c = whole; c < dim; c++) {
        float r = residuals[at + c];
        size1 += Math.abs(r);
        square1 += r * r;
        if (r < 0) {
          signs[row + c / SketchLayout.CHANNELS] |= (short) (1 << c % SketchLayout.CHANNELS);
        }
      }
      sizes[t] = size1;
      squares[t] = square1;
    }
  }
}
