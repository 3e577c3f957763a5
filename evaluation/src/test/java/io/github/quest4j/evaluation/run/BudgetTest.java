package io.github.quest4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

  @Test
  void isANumberOrAPartOfTheContext() {
    assertThat(Budget.parse("256").of(4_096)).isEqualTo(256);
    assertThat(Budget.parse(" 1/8 ").of(4_096)).isEqualTo(512);
    assertThat(Budget.parse("1/8").of(1_000)).isEqualTo(125);
    assertThat(Budget.parse("1/8")).hasToString("1/8");
    assertThat(Budget.parse("64")).hasToString("64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0", "-5", "1/0", "1/-2", "2/8", "99999999999", "1/"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Budget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "not a token budget: " + text + " (give a number such as 256, or 1/8 of the context)");
  }
}
