package io.github.quest4j.attention.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.kernel.Kernels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MassBudgetTest {

  private static final int STRIDE = 5;

  private static PageList list(int... pages) {
    PageList list = new PageList();
    for (int page : pages) {
      list.add(page);
    }
    return list;
  }

  private static float log(double mass) {
    return (float) Math.log(mass);
  }

  /** Pages of 10, 1, 2, 3 and, the current one, 4 of 20 parts, the same for both heads. */
  private static int[] trimmed(PageList list, double target, int sinks, int recent) {
    float[] masses = new float[1 + 2 * STRIDE];
    for (int h = 0; h < 2; h++) {
      double size = h == 0 ? 1 : 1e30; // heads count alike
      for (int page = 0; page < 4; page++) {
        masses[1 + h * STRIDE + page] = log(size * new double[] {10, 1, 2, 3}[page]);
      }
    }
    float[] current = {9, log(4), log(4e30)};
    MassBudget budget = new MassBudget(Kernels.scalar().attend());
    budget.trim(list, 5, masses, 1, STRIDE, 2, current, 1, target, sinks, recent);
    return list.toArray();
  }

  @Test
  void leavesOutTheSmallestSharesWhileTheTargetHolds() {
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.04, 0, 0)).containsExactly(0, 1, 2, 3, 4);
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.06, 0, 0)).containsExactly(0, 2, 3, 4);
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.16, 0, 0)).containsExactly(0, 3, 4);
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.31, 0, 0)).containsExactly(0, 4);
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.99, 0, 0)).containsExactly(4);
  }

  @Test
  void countsWhatWasNotChosenInTheFirstPlace() {
    assertThat(trimmed(list(0, 2, 4), 0.2, 0, 0)).containsExactly(0, 2, 4); // 1 + 3 are missed
    assertThat(trimmed(list(0, 2, 4), 0.31, 0, 0)).containsExactly(0, 4);
    assertThat(trimmed(list(0, 2, 4), 0.1, 0, 0)).containsExactly(0, 2, 4);
  }

  @Test
  void keepsWhatIsForced() {
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.99, 1, 0)).containsExactly(0, 4);
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.99, 2, 1)).containsExactly(0, 1, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 17, 64, 301})
  void agreesWithAPlainLoop(int pages) {
    Random random = new Random(pages);
    for (int heads = 1; heads <= 3; heads++) {
      float[] masses = new float[heads * pages];
      float[] current = new float[heads];
      for (int i = 0; i < masses.length; i++) {
        masses[i] = (float) (3 * random.nextGaussian());
      }
      for (int h = 0; h < heads; h++) {
        current[h] = (float) (2 * random.nextGaussian());
      }
      PageList chosen = new PageList();
      List<Integer> expected = new ArrayList<>();
      for (int page = 0; page < pages; page++) {
        if (page == pages - 1 || random.nextInt(3) > 0) {
          chosen.add(page);
          expected.add(page);
        }
      }
      double target = random.nextDouble();
      double[] shares = shares(masses, current, heads, pages);
      double missed = 0;
      for (int page = 0; page < pages; page++) {
        missed += expected.contains(page) ? 0 : shares[page];
      }
      List<Integer> order = new ArrayList<>(expected.subList(0, expected.size() - 1));
      order.sort(Comparator.comparingDouble(page -> shares[page]));
      for (int page : order) {
        if (missed + shares[page] > target) {
          break;
        }
        missed += shares[page];
        expected.removeIf(other -> other == page);
      }
      new MassBudget(Kernels.best().attend())
          .trim(chosen, pages, masses, 0, pages, heads, current, 0, target, 0, 0);
      assertThat(chosen.toArray())
          .as("%d pages, %d heads", pages, heads)
          .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private static double[] shares(float[] masses, float[] current, int heads, int pages) {
    double[] shares = new double[pages];
    for (int h = 0; h < heads; h++) {
      double sum = Math.exp(current[h]);
      for (int page = 0; page < pages - 1; page++) {
        sum += Math.exp(masses[h * pages + page]);
      }
      for (int page = 0; page < pages; page++) {
        double mass = page == pages - 1 ? current[h] : masses[h * pages + page];
        shares[page] += Math.exp(mass) / sum / heads;
      }
    }
    return shares;
  }
}
