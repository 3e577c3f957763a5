package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.Sample.Part;
import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.select.PageList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The counters against bytes counted by hand. */
class CountersTest {

  private static final int KV_HEADS = 2;
  private static final int GROUP = 3;
  private static final int DIM = 64;
  private static final int PAGE = 16;
  private static final int PROMPT = 1000; // 62 pages and 8 tokens
  private static final int BUDGET_PAGES = 12;

  private static AttentionCounters afterOneStep(KvType type, int window, AttentionOptions options) {
    Sizes sizes = new Sizes(window == 0 ? 1 : 2, KV_HEADS, GROUP, DIM, PAGE, type, window);
    Rows rows = new Rows(sizes, PROMPT + 1, 3);
    try (Sample sample = new Sample(sizes, options.scorer(), 2);
        SequenceAttention sequence = sample.attention.open(options)) {
      sample.prefill(sequence, rows, PROMPT, PROMPT);
      assertThat(sequence.counters().kvBytesRead()).as("prefill is not counted").isZero();
      sample.step(new Part(sequence, rows, 1, false));
      return sequence.counters();
    }
  }

  private static AttentionOptions quest(String scorer, AttentionOptions.Gqa gqa) {
    return AttentionOptions.defaults()
        .withScorer(scorer)
        .withGqa(gqa)
        .withTokenBudget(BUDGET_PAGES * PAGE)
        .withDenseLayers(0);
  }

  @ParameterizedTest
  @CsvSource({
    "minmax, GROUP, F16, 256", // two halves per channel
    "minmax, HEAD, F32, 512",
    "minmax8, GROUP, F16, 136", // a byte for each bound, scale and offset
    "meanstd, GROUP, F32, 512",
    "sketch, HEAD, F16, 324", // mean 128, signs 128, scales 32 twice, spread 2; 16 of them padded
    // to 64
  })
  void aSparseStepReadsItsListsAndAllDigests(
      String scorer, AttentionOptions.Gqa gqa, KvType type, int digestBytes) {
    AttentionCounters counters = afterOneStep(type, 0, quest(scorer, gqa));

    int lists = gqa == AttentionOptions.Gqa.HEAD ? KV_HEADS * GROUP : KV_HEADS;
    long tokens = (BUDGET_PAGES - 1) * PAGE + 9; // the current page holds 8 and the new one
    long keyAndValue = 2L * DIM * type.bytes();
    assertThat(counters.kvBytesRead()).isEqualTo(lists * tokens * keyAndValue);
    assertThat(counters.digestBytesRead()).isEqualTo((long) KV_HEADS * 62 * digestBytes);
    assertThat(counters.bytesReadPerStep())
        .isEqualTo((double) counters.kvBytesRead() + counters.digestBytesRead());
    assertThat(counters.steps()).isEqualTo(1);
    assertThat(counters.selections()).isEqualTo(lists);
    assertThat(counters.pagesSelected()).isEqualTo((long) lists * BUDGET_PAGES);
    assertThat(counters.pagesTotal()).isEqualTo(lists * 63L);
    assertThat(counters.tokensSelected()).isEqualTo(lists * tokens);
    assertThat(counters.tokensSelectedMean()).hasValue((double) tokens);
  }

  @Test
  void tokensOfAMaskedListAreItsBits() {
    AttentionOptions streaming =
        quest("sketch", AttentionOptions.Gqa.GROUP).withPolicy("streaming").withTokenBudget(40);
    AttentionCounters counters = afterOneStep(KvType.F16, 0, streaming);

    // Tokens 0..3 and 965..1000: pages 0 and 60..62, of which the last holds nine.
    assertThat(counters.tokensSelected()).isEqualTo(KV_HEADS * 40L);
    assertThat(counters.tokensSelectedMean()).hasValue(40);
    assertThat(counters.pagesSelected()).isEqualTo(KV_HEADS * 4L);
    assertThat(counters.kvBytesRead()).isEqualTo(2L * KV_HEADS * (3 * PAGE + 9) * DIM * 2);
  }

  @Test
  void aListOfTokensCountsThoseThereAre() {
    PageList list = new PageList();
    list.add(0, -1L, 0b101);
    list.add(2);
    assertThat(list.tokens(128, 2 * 128 + 70)).isEqualTo(66 + 70);
    list.clear();
    list.add(1, -1L, -1L);
    assertThat(list.tokens(128, 128 + 64)).isEqualTo(64);
    assertThat(list.tokens(128, 128 + 65)).isEqualTo(65);
    assertThat(list.tokens(128, 128 + 3)).isEqualTo(3);
    assertThat(list.tokens(128, 500)).isEqualTo(128);
  }

  @Test
  void aDenseStepReadsEverythingAndNoDigest() {
    AttentionOptions dense = quest("sketch", AttentionOptions.Gqa.GROUP).withPolicy("dense");
    AttentionCounters counters = afterOneStep(KvType.F16, 0, dense);

    assertThat(counters.kvBytesRead()).isEqualTo(2L * KV_HEADS * (PROMPT + 1) * DIM * 2);
    assertThat(counters.digestBytesRead()).isZero();
    assertThat(counters.selections()).isZero();
    assertThat(counters.pagesSelectedMean()).isEmpty();
    assertThat(counters.missedMassMean()).isEmpty();
  }

  @Test
  void missedMassIsCountedByLayer() {
    AttentionCounters counters = new AttentionCounters(4);
    counters.missed(1, 0.5);
    counters.missed(1, 0.25);
    counters.missed(2, 0.125);
    counters.missed(3, Double.NaN); // an unknown share

    assertThat(counters.layers()).isEqualTo(4);
    assertThat(counters.missedMassMean(0)).isEmpty();
    assertThat(counters.missedMassMean(1)).hasValue(0.375);
    assertThat(counters.missedMassMean(2)).hasValue(0.125);
    assertThat(counters.missedMassMean(3)).isEmpty();
    assertThat(counters.missedMassMean()).hasValue((0.5 + 0.25 + 0.125) / 3);
  }

  @Test
  void missedMassIsCountedInTheLayerThatMissedIt() {
    Sizes sizes = new Sizes(3, KV_HEADS, GROUP, DIM, PAGE, KvType.F16, 0);
    Rows rows = new Rows(sizes, PROMPT + 8, 3);
    AttentionOptions options = quest("sketch", AttentionOptions.Gqa.GROUP).withDenseLayers(1);
    try (Sample sample = new Sample(sizes, "sketch", 2);
        SequenceAttention sequence = sample.attention.open(options)) {
      sample.prefill(sequence, rows, PROMPT, PROMPT);
      for (int i = 0; i < 8; i++) { // a step estimates every fourth layer
        sample.step(new Part(sequence, rows, 1, false));
      }
      AttentionCounters counters = sequence.counters();
      assertThat(counters.layers()).isEqualTo(3);
      assertThat(counters.missedMassMean(0)).as("a dense layer").isEmpty();
      double first = counters.missedMassMean(1).orElseThrow();
      double second = counters.missedMassMean(2).orElseThrow();
      assertThat(first).isNotEqualTo(second); // their keys and queries differ
      assertThat(counters.missedMassMean().orElseThrow())
          .as("both were estimated equally often")
          .isCloseTo((first + second) / 2, within(1e-12));
    }
  }

  @Test
  void aLayerWithAWindowReadsItsWindow() {
    AttentionOptions dense = quest("sketch", AttentionOptions.Gqa.GROUP).withPolicy("dense");
    AttentionCounters counters = afterOneStep(KvType.F16, 50, dense);

    assertThat(counters.kvBytesRead()).isEqualTo(2L * KV_HEADS * (PROMPT + 1 + 50) * DIM * 2);
  }
}
