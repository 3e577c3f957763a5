package io.github.quest4j.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final float[] LOGITS = {1f, 3f, 2f, 3f, -1f, 0f};

  @Test
  void greedyTakesTheLowestOfEqualTokens() {
    assertThat(new Sampler(SamplingOptions.GREEDY).sample(LOGITS)).isEqualTo(1);
  }

  @Test
  void drawsInProportion() {
    float[] counts = draw(SamplingOptions.GREEDY.withTemperature(1).withSeed(5), 60_000);
    double total = 0;
    for (float logit : LOGITS) {
      total += Math.exp(logit);
    }
    for (int i = 0; i < LOGITS.length; i++) {
      assertThat((double) counts[i] / 60_000).isCloseTo(Math.exp(LOGITS[i]) / total, within(0.01));
    }
  }

  @Test
  void topKKeepsTheMostLikely() {
    float[] counts = draw(SamplingOptions.GREEDY.withTemperature(2).withTopK(3), 5_000);
    assertThat(counts[0] + counts[4] + counts[5]).isZero();
    assertThat(counts[1]).isPositive();
    assertThat(counts[2]).isPositive();
    assertThat(counts[3]).isPositive();
  }

  @Test
  void topKOfOneIsGreedy() {
    assertThat(draw(SamplingOptions.GREEDY.withTemperature(2).withTopK(1), 100)[1]).isEqualTo(100);
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesIt() {
    // The two 3s have 0.40 each, the 2 has 0.147.
    float[] counts = draw(SamplingOptions.GREEDY.withTemperature(1).withTopP(0.5f), 5_000);
    assertThat(counts[1] + counts[3]).isEqualTo(5_000);
    counts = draw(SamplingOptions.GREEDY.withTemperature(1).withTopP(0.85f), 5_000);
    assertThat(counts[2]).isPositive();
    assertThat(counts[0] + counts[4] + counts[5]).isZero();
  }

  @Test
  void minPIsRelativeToTheMostLikely() {
    float[] counts = draw(SamplingOptions.GREEDY.withTemperature(1).withMinP(0.3f), 5_000);
    assertThat(counts[2]).isPositive(); // exp(-1) = 0.37
    assertThat(counts[0] + counts[4] + counts[5]).isZero();
  }

  @Test
  void thePenaltyMakesSeenTokensLessLikely() {
    Sampler sampler = new Sampler(SamplingOptions.GREEDY.withRepetitionPenalty(2));
    sampler.accept(1);
    assertThat(sampler.sample(LOGITS)).isEqualTo(3);
    sampler.accept(3);
    sampler.accept(3);
    assertThat(sampler.sample(LOGITS)).isEqualTo(2); // 1 and 3 are at 1.5 now, once each
  }

  @Test
  void whatWasGeneratedIsPenalisedByPresenceAndCountAndThePromptIsNot() {
    SamplingOptions options = SamplingOptions.GREEDY.withPresencePenalty(0.4f);
    Sampler presence = new Sampler(options);
    presence.prompt(1);
    assertThat(presence.sample(LOGITS)).isEqualTo(1);
    presence.accept(1);
    presence.accept(1);
    float[] close = LOGITS.clone();
    close[3] = close[1] - 0.3f;
    assertThat(presence.sample(close)).isEqualTo(3);
    close[3] = close[1] - 0.5f;
    assertThat(presence.sample(close)).isEqualTo(1); // once, however often it came

    Sampler frequency = new Sampler(SamplingOptions.GREEDY.withFrequencyPenalty(0.3f));
    frequency.accept(1);
    assertThat(frequency.sample(close)).isEqualTo(1);
    frequency.accept(1);
    assertThat(frequency.sample(close)).isEqualTo(3);
  }

  @Test
  void aBiasIsAddedAndLeavesTheLogitsAlone() {
    float[] before = LOGITS.clone();
    Sampler sampler = new Sampler(SamplingOptions.GREEDY.withLogitBias(Map.of(0, 100f)));
    assertThat(sampler.sample(LOGITS)).isZero();
    assertThat(LOGITS).containsExactly(before);
    assertThatThrownBy(() -> SamplingOptions.GREEDY.withLogitBias(Map.of(0, 101f)))
        .hasMessage("the logit bias of token 0 is not in -100..100: 101.0");
  }

  /** Top-p and min-p look at few candidates first and must find what a look at all would. */
  @Test
  void flatProbabilitiesNeedMoreThanTheFirstCandidates() {
    float[] flat = new float[3_000];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = -i * 1e-4f;
    }
    Sampler nucleus =
        new Sampler(SamplingOptions.GREEDY.withTemperature(1).withTopP(0.5f).withSeed(8));
    Sampler likely =
        new Sampler(SamplingOptions.GREEDY.withTemperature(1).withMinP(0.8f).withSeed(8));
    int mostNucleus = 0;
    int mostLikely = 0;
    for (int i = 0; i < 20_000; i++) {
      mostNucleus = Math.max(mostNucleus, nucleus.sample(flat));
      mostLikely = Math.max(mostLikely, likely.sample(flat));
    }
    // The sum of exp(-i/10000) to n is half of that to 3000 at n = 1389; exp(-i/10000) >= 0.8 to
    // 2231.
    assertThat(mostNucleus).isBetween(1_380, 1_389);
    assertThat(mostLikely).isBetween(2_220, 2_231);
  }

  @Test
  void whatIsForbiddenIsNeverDrawn() {
    float[] masked = new float[500];
    Arrays.fill(masked, Float.NEGATIVE_INFINITY);
    masked[7] = 1;
    masked[300] = 1;
    for (SamplingOptions options :
        List.of(
            SamplingOptions.GREEDY.withTemperature(1),
            SamplingOptions.GREEDY.withTemperature(50),
            SamplingOptions.GREEDY.withTemperature(1).withTopP(0.99f),
            SamplingOptions.GREEDY.withTemperature(1).withTopK(400))) {
      Sampler sampler = new Sampler(options);
      for (int i = 0; i < 200; i++) {
        assertThat(sampler.sample(masked)).isIn(7, 300);
      }
    }
  }

  @Test
  void theSameSeedDrawsTheSame() {
    SamplingOptions options = SamplingOptions.GREEDY.withTemperature(1).withSeed(11);
    Sampler a = new Sampler(options);
    Sampler b = new Sampler(options);
    for (int i = 0; i < 100; i++) {
      assertThat(a.sample(LOGITS)).isEqualTo(b.sample(LOGITS));
    }
  }

  @Test
  void manyTokensAreRankedAsASortWould() {
    SplittableRandom random = new SplittableRandom(3);
    float[] logits = new float[5_000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextDouble(-20, 20);
    }
    int best = Logits.argmax(logits);
    Sampler sampler = new Sampler(SamplingOptions.GREEDY.withTemperature(1e-3f).withTopK(40));
    assertThat(sampler.sample(logits)).isEqualTo(best);
  }

  @Test
  void sillyValuesAreNamed() {
    assertThatThrownBy(() -> SamplingOptions.GREEDY.withTopP(0))
        .hasMessage("top-p is not in (0, 1]: 0.0");
    assertThatThrownBy(() -> SamplingOptions.GREEDY.withTemperature(Float.NaN))
        .hasMessage("temperature is not in 0..100: NaN");
  }

  private static float[] draw(SamplingOptions options, int times) {
    Sampler sampler = new Sampler(options);
    float[] counts = new float[LOGITS.length];
    for (int i = 0; i < times; i++) {
      counts[sampler.sample(LOGITS)]++;
    }
    return counts;
  }
}
