package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.Sample.Part;
import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.select.ObservingSelector;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.select.RandomSelector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies to compare with, against their papers' rules and the rules of the house. */
class ComparisonPoliciesTest {

  private static final Sizes SIZES = new Sizes(2, 3, 64, 16, KvType.F16);
  private static final Sizes LAYERS = new Sizes(3, 2, 3, 64, 16, KvType.F16, 70);
  private static final int PROMPT = 700; // more than a block of the observer
  private static final int STEPS = 40;
  private static final Rows ROWS = new Rows(SIZES, PROMPT + STEPS, 7);
  private static final Rows SHARP = sharp(new Rows(SIZES, PROMPT + STEPS, 7), 6);
  private static final Rows MANY = new Rows(LAYERS, PROMPT + STEPS, 8);

  /** Few tokens get most of the attention, so that one row can make a heavy hitter. */
  private static Rows sharp(Rows rows, float factor) {
    for (int i = 0; i < rows.q[0].length; i++) {
      rows.q[0][i] *= factor;
    }
    return rows;
  }

  private static AttentionOptions options(String policy, int budget) {
    return AttentionOptions.defaults()
        .withPolicy(policy)
        .withTokenBudget(budget)
        .withDenseLayers(0);
  }

  @ParameterizedTest
  @CsvSource({
    "h2o, 60, 16, 700",
    "h2o, 61, 32, 700",
    "h2o, 90, 128, 700",
    "h2o, 24, 16, 30", // so short that steps weigh as much as the prompt
    "tova, 60, 16, 700",
    "tova, 2, 8, 700",
    "snapkv, 60, 16, 700",
    "snapkv, 33, 64, 700"
  })
  void evictsAsThePaperSays(String policy, int budget, int pageSize, int prompt) {
    Rows rows = prompt < 100 ? SHARP : ROWS;
    Sizes sizes = new Sizes(2, 3, 64, pageSize, KvType.F16);
    EvictingReference reference = new EvictingReference(sizes, rows, prompt + STEPS, budget);
    reference.prompt(prompt, 32);
    try (Sample sample = new Sample(sizes, "minmax", 2);
        SequenceAttention sequence = sample.attention.open(options(policy, budget))) {
      sample.prefill(sequence, rows, prompt, 300);
      for (int position = prompt; position < prompt + STEPS; position++) {
        double[] expected =
            switch (policy) {
              case "h2o" -> reference.h2o(position);
              case "tova" -> reference.tova(position);
              default -> reference.snapKv(position, prompt, 32, 7);
            };
        float[] out = sample.run(new Part(sequence, rows, 1, false))[0];
        for (int kvHead = 0; kvHead < 2; kvHead++) {
          assertThat(tokens(sample.plan.selected(0).get(kvHead), position, pageSize))
              .as("position %s", position)
              .isEqualTo(reference.kept(kvHead));
        }
        for (int i = 0; i < out.length; i++) {
          assertThat((double) out[i]).isCloseTo(expected[i], within(1e-4));
        }
        sample.plan.commit();
      }
      int own = policy.equals("snapkv") ? 1 : 0; // and all decoded before
      double mean = own == 0 ? budget : budget + (STEPS + 1) / 2.0;
      assertThat(sequence.counters().tokensSelectedMean()).hasValue(mean);
      assertThat(sequence.counters().digestBytesRead()).isZero();
    }
  }

  private static List<Integer> tokens(PageList list, int position, int pageSize) {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < list.count(); i++) {
      for (int bit = 0; bit < pageSize && list.get(i) * pageSize + bit <= position; bit++) {
        if ((bit < 64 ? list.low(i) >>> bit : list.high(i) >>> bit - 64) % 2 != 0) {
          tokens.add(list.get(i) * pageSize + bit);
        }
      }
    }
    return tokens;
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 60, 64})
  void streamingKeepsFourTokensAndTheLast(int budget) {
    try (Sample sample = new Sample(SIZES, "sketch", 2);
        SequenceAttention sequence =
            sample.attention.open(
                options("streaming", budget).withGqa(AttentionOptions.Gqa.HEAD))) {
      sample.prefill(sequence, ROWS, PROMPT, PROMPT);
      for (int position = PROMPT; position < PROMPT + STEPS; position++) {
        List<Integer> expected = Formulas.range(0, 4);
        expected.addAll(Formulas.range(position + 1 - (budget - 4), position + 1));
        sample.run(new Part(sequence, ROWS, 1, false));
        assertThat(sample.plan.selected(0)).hasSize(6);
        for (PageList list : sample.plan.selected(0)) {
          assertThat(tokens(list, position, 16)).isEqualTo(expected);
        }
        sample.plan.commit();
      }
      assertThat(sequence.counters().tokensSelected()).isEqualTo(6L * STEPS * budget);
    }
  }

  @ParameterizedTest
  @CsvSource({"streaming, 60", "h2o, 60", "tova, 60", "snapkv, 60", "h2o, 720", "tova, 720"})
  void promptsPiecesAndThreadsDoNotMatter(String policy, int budget) {
    List<float[][]> whole = decode(options(policy, budget), 1, PROMPT, false);
    for (int[] cut : new int[][] {{2, 1}, {3, 7}, {5, 64}, {2, 333}, {1, 699}}) {
      assertThat(same(decode(options(policy, budget), cut[0], cut[1], false), whole))
          .as("pieces of %s", cut[1])
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "h2o", "tova", "snapkv"})
  void aRecordedPromptServesEveryPolicy(String policy) {
    List<float[][]> own = decode(options(policy, 60), 2, 100, false);
    assertThat(same(decode(options(policy, 60), 3, 100, true), own)).isTrue();
    assertThat(same(decode(options("dense", 60), 3, 100, true), own)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "h2o", "tova", "snapkv"})
  void aBudgetOfTheContextIsDenseBitForBit(String policy) {
    List<float[][]> dense = decode(options("dense", 0), 2, PROMPT, false);
    assertThat(same(decode(options(policy, PROMPT + STEPS), 2, PROMPT, false), dense)).isTrue();
    assertThat(same(decode(options(policy, PROMPT - 1), 2, PROMPT, false), dense)).isFalse();
  }

  /** Results of the decode steps, of the prompt read under the policy or under the observer. */
  private static List<float[][]> decode(
      AttentionOptions how, int threads, int piece, boolean recorded) {
    List<float[][]> results = new ArrayList<>();
    try (Sample sample = new Sample(LAYERS, "minmax", threads);
        SequenceAttention prompt =
            recorded
                ? sample.attention.open(how.withPolicy("dense"), new ObservingSelector(0))
                : sample.attention.open(how);
        SequenceAttention once = prompt.fork(how)) {
      sample.prefill(prompt, MANY, PROMPT, piece);
      try (SequenceAttention other = prompt.fork(how);
          SequenceAttention sequence = recorded ? prompt.fork(how) : prompt.fork()) {
        // Copies that go another way leave no trace in what is shared.
        Rows others = new Rows(LAYERS, PROMPT + 40, 9);
        sample.step(new Part(other, others, 1, false));
        sample.prefill(prompt, others, 40, 20);
        for (int i = 0; i < STEPS; i++) {
          results.add(sample.step(new Part(sequence, MANY, 1, false)));
        }
        assertThat(sequence.counters().digestBytesRead()).isZero();
      }
      assertThat(once.cache().length()).isZero();
    }
    return results;
  }

  private static boolean same(List<float[][]> a, List<float[][]> b) {
    for (int i = 0; i < STEPS; i++) {
      if (!java.util.Arrays.deepEquals(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2o", "tova", "snapkv", "streaming"})
  void stepsGivenUpOrCutOffLeaveNoTrace(String policy) {
    int prompt = 50; // so short that steps weigh as much
    Rows wrong = sharp(new Rows(SIZES, prompt + STEPS, 11), 6);
    try (Sample sample = new Sample(SIZES, "sketch", 2);
        SequenceAttention a = sample.attention.open(options(policy, 40));
        SequenceAttention b = sample.attention.open(options(policy, 40))) {
      for (SequenceAttention sequence : List.of(a, b)) {
        sample.prefill(sequence, SHARP, prompt, 128);
      }
      for (int i = 0; i < STEPS; i++) {
        sample.run(new Part(b, wrong, 1, false));
        sample.plan.rollback();
        if (i % 3 == 0) {
          sample.step(new Part(b, wrong, 1, false));
          b.truncate(prompt + i);
        }
        float[][] expected = sample.step(new Part(a, SHARP, 1, false));
        assertThat(sample.step(new Part(b, SHARP, 1, false))).isDeepEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2o", "tova", "snapkv"})
  void whatIsEvictedStaysLost(String policy) {
    try (Sample sample = new Sample(SIZES, "sketch", 2);
        SequenceAttention sequence = sample.attention.open(options(policy, 60))) {
      sample.prefill(sequence, ROWS, PROMPT, 128);
      List<Integer> before = Formulas.range(0, PROMPT);
      for (int i = 0; i < STEPS; i++) {
        if (i == 20) { // the tokens cut off come again, those evicted do not
          sequence.truncate(PROMPT - 10);
          before.addAll(Formulas.range(PROMPT - 10, PROMPT));
        }
        int position = sequence.cache().length();
        before.add(position);
        sample.run(new Part(sequence, ROWS, 1, false));
        List<Integer> read = tokens(sample.plan.selected(0).get(1), position, 16);
        assertThat(before).containsAll(read);
        before = new ArrayList<>(read);
        sample.plan.commit();
      }
    }
  }

  @Test
  void randomPagesAreTheSameForASeedAndOthersEachStep() {
    assertThat(random(1, 1)).isEqualTo(random(1, 3)).isNotEqualTo(random(2, 1));
    List<List<Integer>> lists = random(1, 1);
    assertThat(lists.stream().distinct().count()).isEqualTo(lists.size());
    int[] drawn = new int[PROMPT / 16];
    for (List<Integer> list : lists) {
      assertThat(list).hasSize(8).isSorted().contains(0);
      list.stream().filter(page -> page < drawn.length).forEach(page -> drawn[page]++);
    }
    for (int page = 1; page < drawn.length; page++) {
      assertThat(drawn[page]).as("page %s", page).isBetween(1, 40); // of 80 lists, 14 expected
    }
  }

  private static List<List<Integer>> random(long seed, int threads) {
    List<List<Integer>> lists = new ArrayList<>();
    try (Sample sample = new Sample(SIZES, "minmax", threads);
        SequenceAttention dense = sample.attention.open(options("dense", 0));
        SequenceAttention sequence =
            dense.fork(options("quest", 128), new RandomSelector(8, 0, 1, seed))) {
      sample.prefill(sequence, ROWS, PROMPT, PROMPT);
      for (int i = 0; i < STEPS; i++) {
        sample.run(new Part(sequence, ROWS, 1, false));
        for (PageList list : sample.plan.selected(0)) {
          lists.add(java.util.Arrays.stream(list.toArray()).boxed().toList());
        }
        sample.plan.commit();
      }
    }
    return lists;
  }
}
