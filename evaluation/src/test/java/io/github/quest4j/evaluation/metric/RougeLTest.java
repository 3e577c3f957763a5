package io.github.quest4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RougeLTest {

  @Test
  void commonSubsequenceByHand() {
    // "police the gunman" is 3 of 5 and 3 of 4
    assertThat(RougeL.score("police kill and the gunman", "police ended the gunman"))
        .isCloseTo(2 * 0.6 * 0.75 / 1.35, within(1e-12));
    assertThat(RougeL.score("c b a", "a b c")).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(RougeL.score("one two. Three", "one two Three.")).isEqualTo(1);
    assertThat(RougeL.score("One", "one")).isZero();
  }

  @Test
  void nothingSharedIsNothing() {
    assertThat(RougeL.score("", "a")).isZero();
    assertThat(RougeL.score("a", "")).isZero();
    assertThat(RougeL.score(" . ", "..")).isZero();
  }

  @Test
  void bestAnswerCounts() {
    assertThat(RougeL.best("a b", List.of("c", "a b"))).isEqualTo(1);
    assertThat(RougeL.best("a b", List.of())).isZero();
  }

  @Test
  void twoRowsGiveWhatTheDefinitionGives() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      int[] a = random.ints(random.nextInt(9), 0, 3).toArray();
      int[] b = random.ints(random.nextInt(9), 0, 3).toArray();
      assertThat(RougeL.commonSubsequence(a, b)).isEqualTo(byDefinition(a, a.length, b, b.length));
    }
  }

  @Test
  void endlessTextsAreRefused() {
    String text = "a ".repeat(RougeL.MOST_WORDS + 1);
    assertThatThrownBy(() -> RougeL.score("a", text))
        .hasMessage("ROUGE-L compares texts of up to 20000 words, not 20001");
  }

  private static int byDefinition(int[] a, int m, int[] b, int n) {
    if (m == 0 || n == 0) {
      return 0;
    }
    return a[m - 1] == b[n - 1]
        ? byDefinition(a, m - 1, b, n - 1) + 1
        : Math.max(byDefinition(a, m - 1, b, n), byDefinition(a, m, b, n - 1));
  }
}
