package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.PagedAttention.Item;
import io.github.quest4j.attention.Sample.Part;
import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.KvType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold bit for bit. */
class PlanInvariantsTest {

  private static final Sizes SIZES = new Sizes(2, 2, 3, 64, 16, KvType.F16, 50);

  // Long enough that one thread scores in one go and five in ranges.
  private static final Rows LONG = new Rows(SIZES, 17_000, 21);

  // Enough that the parts of a list are merged, which must not go by who ends first.
  private static final int SEVERAL_CHUNKS = 2_000;

  private static AttentionOptions quest(String scorer, int budget) {
    return AttentionOptions.defaults()
        .withScorer(scorer)
        .withTokenBudget(budget)
        .withDenseLayers(0);
  }

  @ParameterizedTest
  @CsvSource({"f16, group", "f16, head", "f32, group", "f32, head"})
  void aBudgetOfTheContextIsDenseBitForBit(String type, String gqa) {
    Sizes sizes = new Sizes(2, 3, 64, 16, KvType.of(type));
    int tokens = 1000;
    Rows rows = new Rows(sizes, tokens + 24, 1);
    AttentionOptions whole =
        quest("sketch", 1024).withGqa(AttentionOptions.Gqa.of(gqa)).withSinkPages(0);
    try (Sample sample = new Sample(sizes, "sketch", 2);
        SequenceAttention sparse = sample.attention.open(whole);
        SequenceAttention dense = sample.attention.open(whole.withPolicy("dense"))) {
      sample.prefill(sparse, rows, tokens, tokens);
      sample.prefill(dense, rows, tokens, tokens);
      for (int i = 0; i < 24; i++) {
        float[] a = sample.step(new Part(sparse, rows, 1, false))[0];
        float[] b = sample.step(new Part(dense, rows, 1, false))[0];
        assertThat(a).isEqualTo(b);
      }
      assertThat(sparse.counters().selections()).isZero();
      assertThat(sparse.counters().kvBytesRead()).isEqualTo(dense.counters().kvBytesRead());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sketch", "minmax", "minmax8", "meanstd"})
  void resultsDoNotDependOnThreadsOrMates(String scorer) {
    List<float[][]> alone = decode(scorer, 1, LONG, false);
    for (int threads : new int[] {2, 3, 5}) {
      same(decode(scorer, threads, LONG, false), alone);
    }
    same(decode(scorer, 1, LONG, true), alone);
    same(decode(scorer, 5, LONG, true), alone);
  }

  /** With one KV head a worker scores for one sequence right after another. */
  @Test
  void sequencesOfAStepAreScoredWithTheirOwnQueries() {
    Sizes sizes = new Sizes(2, 1, 3, 64, 16, KvType.F16, 50);
    Rows[] rows = {new Rows(sizes, 700, 31), new Rows(sizes, 700, 32)};
    int width = sizes.queryHeads() * sizes.headDim();
    try (Sample sample = new Sample(sizes, "sketch", 1);
        SequenceAttention a = sample.attention.open(quest("sketch", 64));
        SequenceAttention b = sample.attention.open(quest("sketch", 64));
        SequenceAttention alone = sample.attention.open(quest("sketch", 64))) {
      sample.prefill(a, rows[0], 600, 600);
      sample.prefill(b, rows[1], 600, 600);
      sample.prefill(alone, rows[1], 600, 600);
      for (int step = 0; step < 4; step++) {
        float[][] both =
            sample.step(new Part(a, rows[0], 1, false), new Part(b, rows[1], 1, false));
        float[][] one = sample.step(new Part(alone, rows[1], 1, false));
        for (int layer = 0; layer < one.length; layer++) {
          assertThat(Arrays.copyOfRange(both[layer], width, 2 * width))
              .as("step %s layer %s", step, layer)
              .isEqualTo(Arrays.copyOf(one[layer], width));
        }
      }
    }
  }

  private static void same(List<float[][]> a, List<float[][]> b) {
    assertThat(a).hasSameSizeAs(b);
    for (int i = 0; i < a.size(); i++) {
      for (int layer = 0; layer < a.get(i).length; layer++) {
        assertThat(a.get(i)[layer]).as("step %s layer %s", i, layer).isEqualTo(b.get(i)[layer]);
      }
    }
  }

  /** The rows of one sequence's steps: the end of its prompt and eight tokens. */
  private static List<float[][]> decode(String scorer, int threads, Rows rows, boolean mates) {
    int tokens = 16_900;
    List<float[][]> results = new ArrayList<>();
    try (Sample sample = new Sample(SIZES, scorer, threads);
        SequenceAttention sequence = sample.attention.open(quest(scorer, SEVERAL_CHUNKS));
        SequenceAttention dense = sample.attention.open(quest(scorer, 512).withPolicy("dense"));
        SequenceAttention perHead =
            sample.attention.open(quest(scorer, 64).withGqa(AttentionOptions.Gqa.HEAD))) {
      sample.fill(sequence, rows, tokens - 10);
      Rows others = new Rows(SIZES, 400, 99);
      if (mates) {
        sample.prefill(dense, others, 133, 133);
        sample.prefill(perHead, others, 230, 100);
      }
      for (int step = 0; step < 9; step++) {
        boolean prefill = step == 0;
        Part own = new Part(sequence, rows, prefill ? 10 : 1, prefill);
        int first = 0;
        float[][] out;
        if (mates) {
          first = step % 2 == 0 ? 1 : 6;
          Part a = new Part(dense, others, step % 2 == 0 ? 1 : 6, step % 2 != 0);
          Part b = new Part(perHead, others, 1, false);
          out = sample.step(a, own, b);
        } else {
          out = sample.step(own);
        }
        int width = SIZES.queryHeads() * SIZES.headDim();
        int n = own.tokens() * width;
        float[][] mine = new float[out.length][n];
        for (int layer = 0; layer < out.length; layer++) {
          System.arraycopy(out[layer], first * width, mine[layer], 0, n);
        }
        results.add(mine);
      }
      assertThat(sequence.counters().selections()).isEqualTo(8L * SIZES.kvHeads());
    }
    return results;
  }

  @ParameterizedTest
  @CsvSource({"64, f16, 3", "64, f32, 3", "80, f16, 7", "128, f16, 1", "256, f16, 4", "20, f32, 2"})
  void promptsMayBeCutAnywhere(int headDim, String type, int group) {
    Sizes sizes = new Sizes(2, 1, group, headDim, 16, KvType.of(type), 70);
    int tokens = 400;
    Rows rows = new Rows(sizes, tokens, headDim);
    float[][] whole = prompt(sizes, rows, tokens, 1, tokens);
    for (int[] cut : new int[][] {{2, 1}, {1, 7}, {3, 16}, {2, 63}, {5, 64}, {2, 129}, {1, 399}}) {
      float[][] pieces = prompt(sizes, rows, tokens, cut[0], cut[1]);
      for (int layer = 0; layer < 2; layer++) {
        assertThat(pieces[layer]).as("pieces of %s", cut[1]).isEqualTo(whole[layer]);
      }
    }
  }

  private static float[][] prompt(Sizes sizes, Rows rows, int tokens, int threads, int piece) {
    int width = sizes.queryHeads() * sizes.headDim();
    float[][] all = new float[sizes.layers()][tokens * width];
    try (Sample sample = new Sample(sizes, "sketch", threads);
        SequenceAttention sequence = sample.attention.open(AttentionOptions.defaults())) {
      for (int t = 0; t < tokens; t += piece) {
        int n = Math.min(piece, tokens - t);
        float[][] out = sample.step(new Part(sequence, rows, n, true));
        for (int layer = 0; layer < all.length; layer++) {
          System.arraycopy(out[layer], 0, all[layer], t * width, n * width);
        }
      }
    }
    return all;
  }

  @Test
  void aStepGivenUpLeavesNoTrace() {
    Rows rows = new Rows(SIZES, 300, 4);
    Rows wrong = new Rows(SIZES, 300, 5);
    try (Sample sample = new Sample(SIZES, "sketch", 2);
        SequenceAttention sequence = sample.attention.open(quest("sketch", 64));
        SequenceAttention other = sample.attention.open(quest("sketch", 64))) {
      sample.prefill(sequence, rows, 200, 200);
      sample.prefill(other, rows, 200, 200);
      sample.run(new Part(other, wrong, 40, true));
      sample.plan.rollback();
      assertThatThrownBy(() -> sample.plan.commit()).hasMessage("the plan has ended");
      for (int i = 0; i < 30; i++) {
        float[][] a = sample.step(new Part(sequence, rows, 1, false));
        float[][] b = sample.step(new Part(other, rows, 1, false));
        assertThat(b).isDeepEqualTo(a);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sketch, f16, 16",
    "sketch, f32, 8",
    "minmax, f16, 8",
    "minmax, f32, 32",
    "minmax8, f16, 16",
    "meanstd, f32, 16",
  })
  void whatPagesHeldBeforeDoesNotMatter(String scorer, String type, int pageSize) {
    Sizes sizes = new Sizes(2, 2, 3, 64, pageSize, KvType.of(type), 50);
    Rows rows = new Rows(sizes, 420, 8);
    List<float[][]> fresh = inPagesThatHeld(Float.NaN, 0, sizes, scorer, rows);
    for (float poison : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1e30f}) {
      // As many tokens as leave the last page, and the last block of digests, half used.
      same(inPagesThatHeld(poison, 1023, sizes, scorer, rows), fresh);
    }
  }

  private static List<float[][]> inPagesThatHeld(
      float poison, int tokens, Sizes sizes, String scorer, Rows rows) {
    List<float[][]> results = new ArrayList<>();
    try (Sample sample = new Sample(sizes, scorer, 2)) {
      if (tokens > 0) {
        Rows bad = new Rows(sizes, tokens, 1);
        for (int layer = 0; layer < sizes.layers(); layer++) {
          Arrays.fill(bad.k[layer], poison);
          Arrays.fill(bad.v[layer], poison);
        }
        try (SequenceAttention before = sample.attention.open(quest(scorer, 128))) {
          sample.fill(before, bad, tokens);
        }
      }
      try (SequenceAttention sequence = sample.attention.open(quest(scorer, 128))) {
        results.add(sample.step(new Part(sequence, rows, 201, true)));
        for (int i = 0; i < 40; i++) {
          results.add(sample.step(new Part(sequence, rows, 1, false)));
        }
        results.add(sample.step(new Part(sequence, rows, 77, true)));
        for (int i = 0; i < 40; i++) {
          results.add(sample.step(new Part(sequence, rows, 1, false)));
        }
        assertThat(sequence.counters().selections()).isPositive();
      }
    }
    return results;
  }

  @Test
  void forksAndTruncationsGoOnLikeTheOriginal() {
    Sizes sizes = new Sizes(2, 3, 64, 16, KvType.F16);
    Rows rows = new Rows(sizes, 300, 4);
    Rows wrong = new Rows(sizes, 300, 5);
    try (Sample sample = new Sample(sizes, "sketch", 2);
        SequenceAttention sequence = sample.attention.open(quest("sketch", 64))) {
      sample.prefill(sequence, rows, 203, 203);
      try (SequenceAttention fork = sequence.fork();
          SequenceAttention dense = sequence.fork(quest("sketch", 64).withPolicy("dense"))) {
        for (int i = 0; i < 40; i++) {
          sample.step(new Part(fork, wrong, 1, false), new Part(dense, wrong, 1, false));
        }
        assertThat(dense.counters().selections()).isZero();
        assertThat(fork.counters().selections()).isEqualTo(80);
        fork.truncate(203);
        for (int i = 0; i < 40; i++) {
          float[][] a = sample.step(new Part(sequence, rows, 1, false));
          float[][] b = sample.step(new Part(fork, rows, 1, false));
          assertThat(b).isDeepEqualTo(a);
        }
      }
    }
  }

  @Test
  void arraysMustHoldTheRows() {
    Sizes sizes = new Sizes(2, 3, 64, 16, KvType.F16);
    try (Sample sample = new Sample(sizes, "sketch", 1);
        SequenceAttention sequence = sample.attention.open(quest("sketch", 64))) {
      sample.attention.plan(List.of(new Item(sequence, 3, true)));
      float[] rows = new float[3 * 384];
      assertThatThrownBy(() -> sample.plan.run(0, rows, 384, rows, rows, 128, new float[900], 384))
          .hasMessage("results of 900 floats do not hold 3 rows of 384 with stride 384");
      assertThatThrownBy(() -> sample.plan.run(0, rows, 384, rows, rows, 127, rows, 384))
          .hasMessage("keys of 1152 floats do not hold 3 rows of 128 with stride 127");
      assertThatThrownBy(() -> sample.attention.plan(List.of()))
          .hasMessage("the plan before was neither committed nor rolled back");
      sample.plan.rollback();
    }
  }

  @Test
  void aPlanThatFindsNoRoomChangesNothing() {
    try (Sample sample = new Sample(SIZES, "sketch", 1);
        SequenceAttention one = sample.attention.open(quest("sketch", 64));
        SequenceAttention two = sample.attention.open(quest("sketch", 64))) {
      List<Item> items = List.of(new Item(one, 100, true), new Item(two, 1 << 22, true));
      assertThatThrownBy(() -> sample.attention.plan(items))
          .isInstanceOf(io.github.quest4j.attention.kv.OutOfPagesException.class);
      assertThat(sample.pool.pagesInUse()).isZero();
      Rows rows = new Rows(SIZES, 10, 1);
      sample.step(new Part(one, rows, 10, true));
      assertThat(one.cache().length()).isEqualTo(10);
    }
  }
}
