package io.github.quest4j.model.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.model.compute.Activation;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors and plain loops against the specification, and against each other bit by bit. */
class RowKernelsTest {

  private final RowKernels scalar = new ScalarRowKernels();
  private final RowKernels vector = new VectorRowKernels();

  private static float[] numbers(int seed, int n) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian() * (i % 7 == 0 ? 30 : 2);
    }
    return x;
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void gatesAreTheSameBitsWhoeverComputesThem(Activation activation) {
    for (int n : new int[] {1, 15, 16, 33, 100, 1536}) {
      float[] gate = numbers(n, n + 2);
      float[] up = numbers(n + 1, n + 2);
      float[] expected = gate.clone();
      scalar.gated(activation, expected, up, 1, n);
      float[] plain = gate.clone();
      ColdRowKernels.gated(activation, plain, up, 1, n);
      float[] vectors = gate.clone();
      VectorRowKernels.vectors(activation, vectors, up, 1, n);
      assertThat(vectors).isEqualTo(plain);
      for (int i = 0; i < expected.length; i++) {
        float allowed = 1e-6f * (Math.abs(expected[i]) + 1e-3f);
        assertThat(plain[i]).isCloseTo(expected[i], within(allowed));
      }
    }
  }

  /** Enough rows for one kernel to take over from the other. */
  @ParameterizedTest
  @EnumSource(Activation.class)
  void gatesStayTheSameWhenVectorsTakeOver(Activation activation) {
    int n = 1536;
    float[] gate = numbers(3, n);
    float[] up = numbers(4, n);
    float[] expected = gate.clone();
    ColdRowKernels.gated(activation, expected, up, 0, n);
    for (int i = 0; i < 1100; i++) {
      float[] actual = gate.clone();
      vector.gated(activation, actual, up, 0, n);
      assertThat(actual).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 64, 100, 576})
  void normsAgree(int n) {
    float[] x = numbers(n, n + 3);
    float[] weight = numbers(n + 1, n);
    float[] expected = new float[n + 2];
    float[] actual = new float[n + 2];
    scalar.rmsNorm(x, 3, weight, n, 1e-5f, expected, 1);
    vector.rmsNorm(x, 3, weight, n, 1e-5f, actual, 1);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(2e-6f * (1e-3f + Math.abs(expected[i]))));
    }
  }
}
