package io.github.quest4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.select.PageList;
import org.junit.jupiter.api.Test;

class TokensTest {

  // Weights 1/16, 2/16, 4/16, 1/16, 8/16 behind an offset; pages of two tokens.
  private static final Tokens TOKENS =
      Tokens.of(new float[] {99, 0, log(2), log(4), 0, log(8), Float.NEGATIVE_INFINITY}, 1, 5);

  private static float log(double x) {
    return (float) Math.log(x);
  }

  private static PageList pages(int... pages) {
    PageList list = new PageList();
    for (int page : pages) {
      list.add(page);
    }
    return list;
  }

  @Test
  void sumsTheWeightsOfWhatIsRead() {
    assertThat(TOKENS.massOf(pages(0, 2), 2)).isCloseTo(11 / 16.0, within(1e-6));
    assertThat(TOKENS.missedBy(pages(0, 2), 2)).isCloseTo(5 / 16.0, within(1e-6));
    assertThat(TOKENS.massOf(pages(0, 1, 2), 2)).isCloseTo(1, within(1e-6));
    assertThat(TOKENS.missedBy(pages(0, 1, 2), 2)).isZero();
  }

  @Test
  void countsSingleTokensWherePagesAreMasked() {
    PageList list = new PageList();
    list.add(1, 0b01, 0);
    list.add(2, 0b11, 0);
    assertThat(TOKENS.massOf(list, 2)).isCloseTo(12 / 16.0, within(1e-6));
    assertThat(TOKENS.topOf(list, 2)).isEqualTo(1);
  }

  @Test
  void findsTheTopTokensAmongAsManyAsAreRead() {
    // Three tokens read; the top three are 4, 2 and 1.
    assertThat(TOKENS.topOf(pages(0, 2), 2)).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(TOKENS.topOf(pages(0, 1, 2), 2)).isEqualTo(1);
  }
}
