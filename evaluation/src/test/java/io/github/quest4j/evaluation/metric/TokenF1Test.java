package io.github.quest4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenF1Test {

  @Test
  void sharedWordsByHand() {
    // 2 of 3 words given, 2 of 2 wanted: 2 * 2/3 * 1 / (5/3)
    assertThat(TokenF1.score("red old lantern", "red lantern")).isCloseTo(0.8, within(1e-12));
    // "go" counts twice in both, "stop" in one: 2 of 3, 2 of 2
    assertThat(TokenF1.score("go go stop", "go go")).isCloseTo(0.8, within(1e-12));
    // it counts once where the right answer holds it once: 1 of 3, 1 of 1
    assertThat(TokenF1.score("go go go", "go")).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void caseArticlesAndPunctuationDoNotCount() {
    assertThat(TokenF1.score("The Bob-Dylan!", "a bobdylan")).isEqualTo(1);
    assertThat(TokenF1.score("Another theme", "other me")).isZero();
    assertThat(TokenF1.score("  Älter \u00a0 als\n", "älter als")).isEqualTo(1);
  }

  @Test
  void nothingSharedIsNothing() {
    assertThat(TokenF1.score("", "red")).isZero();
    assertThat(TokenF1.score("red", "")).isZero();
    assertThat(TokenF1.score("", "")).isZero();
    assertThat(TokenF1.score("the", "the")).isZero();
  }

  @Test
  void bestAnswerCounts() {
    assertThat(TokenF1.best("red lantern", List.of("blue", "red lantern", "red"))).isEqualTo(1);
    assertThat(TokenF1.best("red", List.of())).isZero();
  }
}
