package io.github.quest4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.AttentionOptions.Gqa;
import org.junit.jupiter.api.Test;

class VariantTest {

  private static Variant parse(String text) {
    return Variant.parse(text, AttentionOptions.defaults(), 16);
  }

  @Test
  void takesTheDefaultsForWhatIsNotSaid() {
    Variant quest = parse("quest");
    assertThat(quest.selector()).isEqualTo("quest/sketch");
    assertThat(quest.how()).isEqualTo(AttentionOptions.defaults());
    assertThat(quest.pageSize()).isEqualTo(16);
    assertThat(quest.options(99).tokenBudget()).isEqualTo(99);
  }

  @Test
  void readsWhatDiffers() {
    Variant variant = parse("quest/minmax/head/p32/sink0/recent2/dense0");
    assertThat(variant.selector()).isEqualTo("quest/minmax");
    assertThat(variant.pageSize()).isEqualTo(32);
    assertThat(variant.how())
        .isEqualTo(
            AttentionOptions.defaults()
                .withScorer("minmax")
                .withGqa(Gqa.HEAD)
                .withSinkPages(0)
                .withRecentPages(2)
                .withDenseLayers(0));
    assertThat(variant.settings())
        .containsEntry("page_size", 32)
        .containsEntry("gqa", "head")
        .containsEntry("sink_pages", 0)
        .containsEntry("recent_pages", 2)
        .containsEntry("dense_layers", 0);
    assertThat(parse("quest/miss0.05").how().missedMass()).isEqualTo(0.05);
    assertThat(parse("quest/miss0.05").settings()).containsEntry("missed_mass", 0.05);
  }

  @Test
  void knowsTheOthersByTheirNames() {
    assertThat(parse("oracle").selector()).isEqualTo("oracle");
    assertThat(parse("quest/oracle")).isEqualTo(parse("oracle"));
    assertThat(parse("random").selector()).isEqualTo("random");
    assertThat(parse("dense").sparse()).isFalse();
    assertThat(parse("h2o").selector()).isEqualTo("h2o");
    assertThat(parse("h2o").observes()).isTrue();
    assertThat(parse("streaming").observes()).isFalse();
  }

  @Test
  void namesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> parse("quest/maxmin"))
        .hasMessage(
            "unknown part of selector quest/maxmin: maxmin (known: sketch, minmax, minmax8, shrunk, meanstd, oracle, group, head, pN, sinkN, recentN, denseN, miss0.05)");
    assertThatThrownBy(() -> parse("h3o"))
        .hasMessageStartingWith("unknown attention policy: h3o (known: quest, dense,");
    assertThatThrownBy(() -> parse("")).isInstanceOf(IllegalArgumentException.class);
  }
}
