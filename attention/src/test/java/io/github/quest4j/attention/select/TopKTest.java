package io.github.quest4j.attention.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.kernel.Kernels;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopKTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 100, 511, 513, 1000, 5000})
  void agreesWithSorting(int n) {
    Random random = new Random(n);
    for (Kernels kernels : new Kernels[] {Kernels.scalar(), Kernels.best()}) {
      TopK topK = new TopK(kernels.attend());
      for (int kind = 0; kind < 7; kind++) {
        float[] scores = new float[n + 7];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = score(kind, random, i);
        }
        for (int k : new int[] {0, 1, 3, 64, n / 3, n - 1, n, n + 5}) {
          PageList out = new PageList();
          topK.select(scores, 2, 5, n, k, out);
          assertThat(out.toArray()).as("kind %s k %s", kind, k).isEqualTo(sorted(scores, n, k));
        }
      }
    }
  }

  private static float score(int kind, Random random, int i) {
    return switch (kind) {
      case 0 -> (float) random.nextGaussian();
      case 1 -> random.nextInt(4); // ties
      case 2 -> 1;
      case 3 -> i; // the sample sees all
      case 6 ->
          (i - 7) % 78 == 0 ? 1000 + i : (float) random.nextGaussian(); // a sample that misleads
      case 4 -> random.nextInt(10) == 0 ? Float.NaN : random.nextInt(50) - 25;
      default -> random.nextBoolean() ? Float.NEGATIVE_INFINITY : -i;
    };
  }

  private static int[] sorted(float[] scores, int n, int k) {
    return IntStream.range(5, Math.max(5, n))
        .boxed()
        .sorted((a, b) -> {
          int order = Float.compare(value(scores[2 + b]), value(scores[2 + a]));
          return order != 0 ? order : Integer.compare(a, b);
        })
        .limit(k)
        .sorted()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static float value(float score) {
    return Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score + 0f;
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 70})
  void listsKeepBitsOfTokens(int before) {
    PageList list = new PageList();
    for (int page = 0; page < before; page++) {
      list.add(page);
    }
    assertThat(list.masked()).isFalse();
    list.add(100, 5, 6);
    list.add(101);
    assertThat(list.masked()).isTrue();
    assertThat(list.low(0)).isEqualTo(-1);
    assertThat(list.low(before)).isEqualTo(5);
    assertThat(list.high(before)).isEqualTo(6);
    assertThat(list.high(before + 1)).isEqualTo(-1);
    list.clear();
    list.add(1);
    assertThat(list.low(0)).isEqualTo(-1);
    assertThat(Arrays.stream(list.toArray()).sum()).isEqualTo(1);
  }
}
