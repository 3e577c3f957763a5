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

  /**
   * Pages of 10, 1, 2, 3 and, the current one, 4 of 20 parts, the same for both heads.
   *
   * @param caution what a page's mass is divided by for its score
   */
  private static int[] trimmed(PageList list, double target, int sinks, int recent, int caution) {
    float[] masses = new float[1 + 2 * STRIDE];
    float[] scores = new float[1 + 2 * STRIDE];
    for (int h = 0; h < 2; h++) {
      double size = h == 0 ? 1 : 1e30; // heads count alike
      for (int page = 0; page < 4; page++) {
        double mass = size * new double[] {10, 1, 2, 3}[page];
        masses[1 + h * STRIDE + page] = log(mass);
        scores[1 + h * STRIDE + page] = log(mass / caution);
      }
    }
    float[] current = {log(4), log(4e30)};
    MassBudget budget = new MassBudget(Kernels.scalar().attend());
    budget.take(5, scores, masses, 1, STRIDE, 2, current);
    budget.trim(list, 5, 0, 2, target, sinks, recent);
    return list.toArray();
  }

  private static int[] trimmed(PageList list, double target, int sinks, int recent) {
    return trimmed(list, target, sinks, recent, 1);
  }

  @Test
  void countsWhatIsReadByItsCautiousEstimate() {
    // Without page 1: 1 unread beside 4 + 15 read, or, at half of it, 4 + 7.5.
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.06, 0, 0, 1)).containsExactly(0, 2, 3, 4);
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.06, 0, 0, 2)).containsExactly(0, 1, 2, 3, 4);
    assertThat(trimmed(list(0, 1, 2, 3, 4), 0.09, 0, 0, 2)).containsExactly(0, 2, 3, 4);
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
      float[] scores = new float[masses.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = masses[i] - 0.3f * (float) Math.abs(random.nextGaussian());
      }
      PlainCase plain = new PlainCase(masses, scores, current, heads, pages);
      List<Integer> order = new ArrayList<>(expected.subList(0, expected.size() - 1));
      List<Integer> all = List.copyOf(expected);
      order.sort(Comparator.comparingDouble(page -> plain.share(page, all)));
      for (int page : order) {
        List<Integer> fewer = expected.stream().filter(other -> other != page).toList();
        if (plain.missed(fewer) > target) {
          break;
        }
        expected.removeIf(other -> other == page);
      }
      MassBudget budget = new MassBudget(Kernels.best().attend());
      budget.take(pages, scores, masses, 0, pages, heads, current);
      budget.trim(chosen, pages, 0, heads, target, 0, 0);
      assertThat(chosen.toArray())
          .as("%d pages, %d heads", pages, heads)
          .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  /** The definition, word by word. */
  private record PlainCase(float[] masses, float[] scores, float[] current, int heads, int pages) {

    private double part(int head, List<Integer> listed, boolean wanted) {
      double sum = wanted ? Math.exp(current[head]) : 0;
      for (int page = 0; page < pages - 1; page++) {
        if (listed.contains(page) == wanted) {
          sum += Math.exp((wanted ? scores : masses)[head * pages + page]);
        }
      }
      return sum;
    }

    double missed(List<Integer> listed) {
      double missed = 0;
      for (int h = 0; h < heads; h++) {
        double unread = part(h, listed, false);
        missed += unread / (unread + part(h, listed, true)) / heads;
      }
      return missed;
    }

    double share(int page, List<Integer> listed) {
      double share = 0;
      for (int h = 0; h < heads; h++) {
        double all = part(h, listed, false) + part(h, listed, true);
        share += Math.exp(masses[h * pages + page]) / all;
      }
      return share;
    }
  }
}
