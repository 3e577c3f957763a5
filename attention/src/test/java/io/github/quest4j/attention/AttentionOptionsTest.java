package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.KvType;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionOptionsTest {

  private static final AttentionOptions OPTIONS = AttentionOptions.defaults();

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> OPTIONS.withTokenBudget(16).check(16))
        .hasMessage("token budget 16 is smaller than two pages of 16 tokens: give at least 32");
    assertThatThrownBy(() -> OPTIONS.withPolicy("quset"))
        .hasMessageStartingWith("unknown attention policy: quset (known: quest, dense");
    assertThatThrownBy(() -> OPTIONS.withScorer("max"))
        .hasMessage(
            "unknown scorer: max (known: sketch, minmax, minmax8, shrunk, meanstd, oracle)");
    assertThatThrownBy(() -> AttentionOptions.Gqa.of("each"))
        .hasMessage("unknown GQA mode: each (known: group, head)");
    assertThatThrownBy(() -> OPTIONS.withSinkPages(-1))
        .hasMessage("sink pages is not in 0..16777216: -1");
    assertThatThrownBy(() -> OPTIONS.withTokenBudget(Integer.MAX_VALUE))
        .hasMessageStartingWith("token budget is not in 0..");
    OPTIONS.withTokenBudget(32).check(16);
    OPTIONS.withTokenBudget(5).withPolicy("streaming").withGqa(AttentionOptions.Gqa.HEAD).check(16);
    OPTIONS.withTokenBudget(33).withPolicy("snapkv").check(128);
    assertThatThrownBy(() -> OPTIONS.withTokenBudget(4).withPolicy("streaming").check(16))
        .hasMessage("token budget 4 is smaller than what streaming keeps: give at least 5");
    assertThatThrownBy(() -> OPTIONS.withTokenBudget(32).withPolicy("snapkv").check(16))
        .hasMessage("token budget 32 is smaller than what snapkv keeps: give at least 33");
    for (String policy : List.of("h2o", "tova", "snapkv")) {
      AttentionOptions evicting = OPTIONS.withPolicy(policy);
      assertThatThrownBy(() -> evicting.withTokenBudget(1).check(16))
          .hasMessageStartingWith("token budget 1 is smaller than what " + policy + " keeps");
      assertThatThrownBy(() -> evicting.withGqa(AttentionOptions.Gqa.HEAD).check(16))
          .hasMessage("policy " + policy + " keeps one list per KV head: give --gqa group");
    }
    OPTIONS.withTokenBudget(0).withPolicy("dense").check(16);
  }

  @Test
  void namesGoThereAndBack() {
    for (AttentionOptions.Gqa gqa : AttentionOptions.Gqa.values()) {
      assertThat(AttentionOptions.Gqa.of(gqa.label())).isEqualTo(gqa);
      assertThat(OPTIONS.withGqa(gqa).gqa()).isEqualTo(gqa);
    }
    assertThat(OPTIONS.withTrackMissedMass(false).trackMissedMass()).isFalse();
    assertThat(OPTIONS.withRecentPages(3).recentPages()).isEqualTo(3);
  }

  @Test
  void scoresAroundTheMeanNeedPageZero() {
    assertThat(OPTIONS.warning()).isEmpty();
    assertThat(OPTIONS.withSinkPages(0).warning())
        .hasValueSatisfying(
            warning -> assertThat(warning).startsWith("page 0 is not always read (sink pages: 0)"));
    assertThat(OPTIONS.withSinkPages(0).withScorer("meanstd").warning()).isPresent();
    assertThat(OPTIONS.withSinkPages(0).withScorer("minmax").warning()).isEmpty();
    assertThat(OPTIONS.withSinkPages(0).withPolicy("dense").warning()).isEmpty();
    assertThat(OPTIONS.withSinkPages(0).withPolicy("h2o").warning()).isEmpty();
  }

  @Test
  void aSequenceNeedsTheDigestsOfItsScorer() {
    try (Sample sample = new Sample(new Sizes(1, 1, 64, 16, KvType.F16), "minmax", 1)) {
      assertThatThrownBy(() -> sample.attention.open(OPTIONS))
          .hasMessage("these pages keep digests for scorer minmax, not for sketch");
      assertThatThrownBy(
              () -> sample.attention.open(OPTIONS.withScorer("minmax").withTokenBudget(31)))
          .hasMessage("token budget 31 is smaller than two pages of 16 tokens: give at least 32");
      for (String unscored : List.of("dense", "streaming", "h2o", "tova", "snapkv")) {
        sample.attention.open(OPTIONS.withPolicy(unscored)).close();
      }
    }
  }

  @Test
  void headsMustDivide() {
    Sizes sizes = new Sizes(3, 1, 64, 16, KvType.F16);
    try (Sample sample = new Sample(sizes, "minmax", 1)) {
      assertThatThrownBy(() ->
              new PagedAttention(
                  sample.pool,
                  new AttentionShape(4, 1),
                  sample.attention.scorer,
                  sample.attention.kernels,
                  sample.workers))
          .hasMessage("4 query heads do not divide among 3 KV heads");
    }
    assertThatThrownBy(() -> new AttentionShape(4, 0))
        .hasMessage("attention scale is not positive: 0.0");
  }
}
