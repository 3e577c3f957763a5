package io.github.quest4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.Sample.Part;
import io.github.quest4j.attention.Sample.Rows;
import io.github.quest4j.attention.Sample.Sizes;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.select.PageList;
import io.github.quest4j.attention.select.PageSelector;
import io.github.quest4j.attention.select.TopK;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies with a state of their own sit on the plan. */
class PolicyStateTest {

  private static final Sizes SIZES = new Sizes(2, 3, 64, 16, KvType.F32);
  private static final int WIDTH = 6 * 64;

  /** The first page and the last three, as StreamingLLM has it. */
  private record Streaming() implements PageSelector, PageSelector.State {
    @Override
    public String name() {
      return "streaming";
    }

    @Override
    public boolean needsScores() {
      return false;
    }

    @Override
    public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
      return this;
    }

    @Override
    public boolean selects(int layer, int pages) {
      return pages > 4;
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      out.add(0);
      for (int page = pages - 3; page < pages; page++) {
        out.add(page);
      }
    }

    @Override
    public State fork() {
      return this;
    }
  }

  @Test
  void streamingReadsSinkAndRecentPages() {
    Rows rows = new Rows(SIZES, 220, 1);
    Formulas formulas = new Formulas(SIZES, rows, 0);
    try (Sample sample = new Sample(SIZES, "sketch", 2);
        SequenceAttention sequence =
            sample.attention.open(AttentionOptions.defaults(), new Streaming())) {
      sample.prefill(sequence, rows, 200, 200);
      for (int position = 200; position < 220; position++) {
        float[] out = sample.step(new Part(sequence, rows, 1, false))[0];
        int last = position / 16;
        List<Integer> read = formulas.tokens(List.of(0, last - 2, last - 1, last), position);
        for (int h = 0; h < 6; h++) {
          var expected = formulas.attend(rows.q[0], position * WIDTH + h * 64, h / 3, read);
          for (int i = 0; i < 64; i++) {
            assertThat((double) out[h * 64 + i]).isCloseTo(expected.out()[i], within(1e-5));
          }
        }
      }
      assertThat(sequence.counters().selections()).isEqualTo(40);
      assertThat(sequence.counters().digestBytesRead()).isZero();
      assertThat(sequence.counters().missedMassMean()).isEmpty();
    }
  }

  /** Adds up the weights that tokens got and reads the heaviest tokens, as H2O has it. */
  private static final class Heavy implements PageSelector, PageSelector.State {
    private static final int KEEP = 20;
    final double[][] gained = new double[2][400]; // [kvHeads][tokens]
    final double[][] sums = new double[2][400]; // [kvHeads][position]
    final int rows;
    int observations;
    int length;

    Heavy(int rows) {
      this.rows = rows;
    }

    @Override
    public String name() {
      return "heavy";
    }

    @Override
    public boolean needsScores() {
      return false;
    }

    @Override
    public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
      return this;
    }

    @Override
    public boolean selects(int layer, int pages) {
      return pages > 4;
    }

    /** The tokens of a KV head that its three query heads gave most to. */
    boolean[] kept(int kvHead, int tokens) {
      boolean[] kept = new boolean[tokens];
      for (int n = 0; n < KEEP; n++) {
        int best = -1;
        for (int t = 0; t < tokens; t++) {
          if (!kept[t] && (best < 0 || gained[kvHead][t] > gained[kvHead][best])) {
            best = t;
          }
        }
        kept[best] = true;
      }
      return kept;
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      boolean[] kept = kept(list, (pages - 1) * 16);
      for (int page = 0; page < pages - 1; page++) {
        long bits = 0;
        for (int t = 0; t < 16; t++) {
          bits |= kept[page * 16 + t] ? 1L << t : 0;
        }
        if (bits != 0) {
          out.add(page, bits, 0);
        }
      }
      out.add(pages - 1);
    }

    @Override
    public int observedRows(int layer) {
      return rows;
    }

    @Override
    public boolean observesSteps(int layer) {
      return true;
    }

    @Override
    public void expect(int layer, int position, int rows) {
      observations += rows;
    }

    @Override
    public void observe(
        int layer, int kvHead, int position, int token, int count, float[] weights, int offset) {
      for (int i = 0; i < count; i++) {
        // Blocks of tokens of one KV head may be told of by several threads.
        synchronized (this) {
          sums[kvHead][position] += weights[offset + i];
        }
        gained[kvHead][token + i] += weights[offset + i];
      }
    }

    @Override
    public void truncate(int length) {
      this.length = length;
    }

    @Override
    public State fork() {
      return new Heavy(rows);
    }
  }

  @Test
  void weightsSeenSumToOneAndChooseTokens() {
    Rows rows = new Rows(SIZES, 320, 2);
    Formulas formulas = new Formulas(SIZES, rows, 0);
    Heavy heavy = new Heavy(32);
    AttentionOptions options = AttentionOptions.defaults();
    try (Sample sample = new Sample(SIZES, "sketch", 3);
        SequenceAttention sequence = sample.attention.open(options, heavy)) {
      sample.prefill(sequence, rows, 200, 100);
      assertThat(heavy.observations).isEqualTo(2 * 32);
      double[] expected = new double[200];
      for (int position = 68; position < 200; position++) {
        if (position < 100 || position >= 168) {
          assertThat(heavy.sums[0][position]).isCloseTo(3, within(1e-4));
          assertThat(heavy.sums[1][position]).isCloseTo(3, within(1e-4));
          List<Integer> seen = Formulas.range(0, position + 1);
          for (int h = 0; h < 3; h++) {
            double[] weights =
                formulas.attend(rows.q[0], position * WIDTH + h * 64, 0, seen).weights();
            for (int t = 0; t <= position; t++) {
              expected[t] += weights[t];
            }
          }
        }
      }
      assertThat(heavy.sums[0][67]).isZero();
      for (int t = 0; t < 200; t++) {
        assertThat(heavy.gained[0][t]).isCloseTo(expected[t], within(1e-4));
      }
      for (int position = 200; position < 240; position++) {
        boolean[][] kept = {heavy.kept(0, position / 16 * 16), heavy.kept(1, position / 16 * 16)};
        float[] out = sample.step(new Part(sequence, rows, 1, false))[0];
        for (int h = 0; h < 6; h++) {
          boolean[] of = kept[h / 3];
          List<Integer> read =
              Formulas.range(0, position + 1).stream()
                  .filter(t -> t >= of.length || of[t])
                  .toList();
          var wanted = formulas.attend(rows.q[0], position * WIDTH + h * 64, h / 3, read);
          for (int i = 0; i < 64; i++) {
            assertThat((double) out[h * 64 + i]).isCloseTo(wanted.out()[i], within(1e-5));
          }
          assertThat(heavy.sums[h / 3][position]).isCloseTo(3, within(1e-4));
        }
      }
      sequence.truncate(190);
      assertThat(heavy.length).isEqualTo(190);
      sample.run(new Part(sequence, rows, 1, false));
      sample.plan.rollback();
      assertThat(heavy.length).isEqualTo(190);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 7", "3, 200", "2, 1", "2, 63"})
  void weightsSeenDependNeitherOnThreadsNorOnPieces(int threads, int piece) {
    assertThat(seen(threads, piece)).isDeepEqualTo(seen(1, 200));
  }

  private static double[][] seen(int threads, int piece) {
    Sizes sizes = new Sizes(2, 3, 64, 16, KvType.F16); // whose kernels sum one query otherwise
    Rows rows = new Rows(sizes, 200, 2);
    Heavy heavy = new Heavy(1000);
    try (Sample sample = new Sample(sizes, "sketch", threads);
        SequenceAttention sequence = sample.attention.open(AttentionOptions.defaults(), heavy)) {
      sample.prefill(sequence, rows, 200, piece);
      assertThat(heavy.observations).isEqualTo(200);
    }
    return heavy.gained;
  }
}
