package io.github.quest4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void theMiddleOfAnOddAndAnEvenNumber() {
    assertThat(Spread.of(5, 1, 3)).isEqualTo(new Spread(1, 3, 5));
    assertThat(Spread.of(4, 1, 3, 10)).isEqualTo(new Spread(1, 3.5, 10));
    assertThat(Spread.of(2)).isEqualTo(new Spread(2, 2, 2));
    assertThatThrownBy(Spread::of).hasMessageContaining("at least one");
  }

  @Test
  void ratiosAreOfPairs() {
    assertThat(Spread.ofRatios(new double[] {10, 60, 20}, new double[] {10, 20, 10}))
        .isEqualTo(new Spread(1, 2, 3));
    assertThatThrownBy(() -> Spread.ofRatios(new double[] {1}, new double[] {1, 2}))
        .hasMessageContaining("1 measurements cannot be paired with 2");
  }
}
