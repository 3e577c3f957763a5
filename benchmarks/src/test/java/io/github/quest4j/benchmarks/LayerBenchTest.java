package io.github.quest4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.LayerShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerBenchTest {

  private static final Schedule SHORT = new Schedule(2, 0);
  private static final Progress SILENT = (phase, done, total) -> {};
  private static final LayerSetup SETUP = setup(256, 64);

  private static LayerSetup setup(int context, int budget) {
    return new LayerSetup(
        context,
        4,
        new LayerShape(2, 32, 0),
        16,
        KvType.F16,
        AttentionOptions.defaults().withScorer("minmax").withTokenBudget(budget),
        2,
        1 << 20,
        9);
  }

  @Test
  void bytesAreThoseOfTheLayerAndTimesAddUp() {
    LayerResult result = LayerBench.run(SETUP, SHORT, SILENT);
    bytes(result);
    times(result);
  }

  private static void bytes(LayerResult result) {
    int keyAndValue = 2 * 2 * 32 * 2; // of a token: KV heads, head dim, f16
    assertThat(result.copies()).isEqualTo((1 << 20) / (256 * keyAndValue));
    assertThat(result.workingSet()).isEqualTo(1 << 20);
    // A repetition of 8 dense and 32 Quest steps fills the last page of 16 again and again.
    double dense = 0;
    double quest = 0;
    for (int step = 0; step < 32; step++) {
      int inLast = 1 + step % 16;
      dense += step < 8 ? (240 + inLast) / 8.0 : 0;
      quest += (48 + inLast) / 32.0;
    }
    assertThat(result.denseBytes()).isEqualTo(dense * keyAndValue);
    assertThat(result.questBytes()).isEqualTo(quest * keyAndValue);
    assertThat(result.digestBytes()).isEqualTo(15 * 2 * 2 * 32 * 2);
    assertThat(result.selections()).isEqualTo(32L * result.copies() * 2);
  }

  private static void times(LayerResult result) {
    assertThat(result.dense().min()).isPositive();
    assertThat(result.quest().min()).isPositive();
    assertThat(result.speedup().min()).isPositive();
    assertThat(result.score()).isPositive();
    assertThat(result.attend()).isPositive();
    assertThat(result.merge()).isPositive();
    assertThat(result.score() + result.select() + result.attend() + result.merge())
        .isLessThanOrEqualTo(2 * result.quest().max());
    assertThat(result.bandwidth()).isPositive();
    double rate = result.denseBytes() / (result.dense().median() / 1e6);
    assertThat(result.denseRate()).isCloseTo(rate, within(1e-12 * rate));
  }

  @Test
  void aBudgetOfTheContextSelectsNothing() {
    assertThat(LayerBench.run(setup(256, 256), SHORT, SILENT).selections()).isZero();
  }

  @Test
  void whatCannotBeMeasuredIsOneSentence() {
    assertThatThrownBy(() -> setup(16, 64)).hasMessageContaining("context is not in 32..");
    assertThatThrownBy(() -> setup(256, 16)).hasMessageContaining("smaller than two pages");
    LayerSetup huge = setup(1 << 24, 64);
    LayerSetup wide =
        new LayerSetup(
            huge.context(),
            1_024,
            new LayerShape(1_024, 1_024, 0),
            16,
            KvType.F32,
            huge.quest(),
            1,
            1,
            0);
    assertThatThrownBy(() -> LayerBench.run(wide, SHORT, SILENT))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("of memory are free: give a shorter --context");
  }

  @Test
  void aSweepIsDrawn(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sweep.png");
    List<LayerResult> results = new ArrayList<>();
    for (int context = 64; context <= 256; context *= 2) {
      results.add(LayerBench.run(SETUP.withContext(context), new Schedule(1, 0), SILENT));
    }
    try {
      SweepPlot.write(file, results);
    } catch (BenchmarkException e) {
      System.out.println("SKIPPED: " + e.getMessage());
      Assumptions.abort("this JVM cannot draw");
    }
    try (var in = Files.newInputStream(file)) {
      assertThat(ImageIO.read(in).getWidth()).isEqualTo(900);
    }
    assertThatThrownBy(() -> SweepPlot.write(folder.resolve("no/such/folder.png"), results))
        .hasMessageContaining("cannot be written");
  }

  @Test
  void cacheSizesAreRead() {
    assertThat(LastLevelCache.parse("32768K")).isEqualTo(32L << 20);
    assertThat(LastLevelCache.parse("8M")).isEqualTo(8L << 20);
    assertThat(LastLevelCache.parse("1G")).isEqualTo(1L << 30);
    assertThat(LastLevelCache.parse("512")).isEqualTo(512);
    assertThat(LastLevelCache.parse("none")).isZero();
  }
}
