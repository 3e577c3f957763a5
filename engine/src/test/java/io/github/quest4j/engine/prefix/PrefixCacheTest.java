package io.github.quest4j.engine.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.work.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages found by their tokens, released by their use, and counted. */
class PrefixCacheTest {

  private static final int PAGE = 16;
  private static final int WINDOW = 40;
  private static final List<LayerShape> LAYERS =
      List.of(new LayerShape(1, 32, 0), new LayerShape(1, 32, WINDOW));

  private final MemoryLimit limit = MemoryLimit.of(1L << 26);
  private final PagePool pool =
      PagePool.open(
          new KvLayout(PAGE, KvType.F16, LAYERS, PageScorer.of("minmax").digest()), limit);
  private final Workers workers = Workers.of(1);
  private final PrefixCache prefix = new PrefixCache(pool);

  @AfterEach
  void nothingIsLeft() {
    prefix.close();
    assertThat(pool.pagesInUse()).isZero();
    pool.close();
    workers.close();
  }

  private static int[] prompt(int length, int seed) {
    return new Random(seed).ints(length, 0, 50_000).toArray();
  }

  /** A prompt that begins as another one and then goes its own way. */
  private static int[] branch(int[] prompt, int common, int seed) {
    int[] other = prompt(prompt.length, seed);
    System.arraycopy(prompt, 0, other, 0, common);
    return other;
  }

  /** Reads a prompt in pieces and keeps its pages. */
  private void read(int[] prompt, int piece) {
    int found = prefix.peek(prompt, prompt.length - 1);
    try (KvCache cache = KvCache.open(pool, prefix.find(prompt, prompt.length - 1).pages())) {
      assertThat(cache.length()).isEqualTo(found);
      read(cache, prompt, piece);
    }
  }

  private void read(KvCache cache, int[] prompt, int piece) {
    for (int from = cache.length(); from < prompt.length; from += piece) {
      int count = Math.min(piece, prompt.length - from);
      cache.extend(count);
      for (int layer = 0; layer < LAYERS.size(); layer++) {
        float[] rows = new float[count * 32];
        for (int i = 0; i < count; i++) {
          Arrays.fill(rows, i * 32, (i + 1) * 32, prompt[from + i] % 97);
        }
        cache.append(layer, rows, 0, rows, 0, 32, count, workers);
      }
      cache.commit();
      prefix.put(cache, prompt, from / PAGE, (from + count) / PAGE);
    }
  }

  @Test
  void whatWasReadIsFoundPageByPage() {
    int[] prompt = prompt(100, 1);
    read(prompt, 24);

    assertThat(prefix.find(prompt, 99).tokens()).isEqualTo(96);
    assertThat(prefix.find(prompt, 95).tokens()).isEqualTo(80);
    assertThat(prefix.find(Arrays.copyOf(prompt, 50), 49).tokens()).isEqualTo(48);
    assertThat(prefix.find(branch(prompt, 47, 2), 99).tokens()).isEqualTo(32);
    assertThat(prefix.find(prompt(100, 3), 99).tokens()).isZero();
    // The same page of tokens behind others is another page.
    int[] shifted = new int[100];
    System.arraycopy(prompt, PAGE, shifted, 0, 84);
    assertThat(prefix.find(shifted, 99).tokens()).isZero();
    PrefixCache.Stats stats = prefix.stats();
    assertThat(stats.lookups()).isEqualTo(7); // the first reading's, too
    assertThat(stats.hits()).isEqualTo(4);
    assertThat(stats.tokensFound()).isEqualTo(96 + 80 + 48 + 32);
    assertThat(stats.pages()).isEqualTo(6);
  }

  @Test
  void pagesAreSharedAndCountedOnce() {
    int[] prompt = prompt(100, 1);
    read(prompt, 24);
    long pages = pool.pagesInUse();
    KvCache one = KvCache.open(pool, prefix.find(prompt, 99).pages());
    KvCache two = KvCache.open(pool, prefix.find(prompt, 99).pages());
    assertThat(pool.pagesInUse()).isEqualTo(pages);
    assertThat(prefix.release(100)).as("all are in use").isZero();
    one.close();
    two.close();
    assertThat(prefix.release(100)).isEqualTo(6);
    assertThat(prefix.stats().pages()).isZero();
    assertThat(prefix.stats().bytes()).isZero();
    assertThat(pool.pagesInUse()).isZero();
  }

  @Test
  void theLeastRecentlyUsedGoFirstAndNeverBeforeWhatStandsBehindThem() {
    int[] old = prompt(96, 1);
    int[] common = branch(old, 64, 2); // shares four pages with the old one
    int[] other = prompt(96, 3);
    read(old, 24);
    read(other, 24);
    read(common, 24);

    assertThat(prefix.release(2)).isEqualTo(2);
    assertThat(prefix.peek(old, 95)).isEqualTo(64);
    assertThat(prefix.peek(other, 95)).isEqualTo(80);
    assertThat(prefix.peek(common, 95)).isEqualTo(80);
    prefix.peek(other, 95); // used now
    assertThat(prefix.release(3)).isEqualTo(3);
    assertThat(prefix.peek(other, 95)).isEqualTo(80);
    assertThat(prefix.stats().released()).isEqualTo(5);
  }

  @Test
  void whatOneReadStaysWhileAnotherUsesWhatStandsBehindIt() {
    int[] prompt = prompt(97, 1);
    try (KvCache slow = KvCache.open(pool)) {
      read(Arrays.copyOf(prompt, 33), 24); // ends at once
      read(slow, prompt, 24); // read the beginning for itself; what it adds stands behind that
      assertThat(prefix.stats().pages()).isEqualTo(6);
      assertThat(prefix.release(6)).isZero();
      assertThat(prefix.peek(prompt, 96)).isEqualTo(96);
    }
    assertThat(prefix.release(6)).isEqualTo(6);
  }

  @Test
  void aWindowThatPassedItsPagesShortensTheHitAndALaterReadingFillsItUp() {
    int[] prompt = prompt(400, 4);
    read(prompt, 400); // one piece: the window has only the last pages
    assertThat(prefix.stats().pages()).isEqualTo(25);
    assertThat(prefix.peek(prompt, 400)).isEqualTo(400);
    assertThat(prefix.peek(prompt, 399)).isZero(); // the 384th token sees pages that are gone
    read(prompt, WINDOW - PAGE);
    assertThat(prefix.peek(prompt, 399)).isEqualTo(384);
    assertThat(prefix.peek(branch(prompt, 200, 6), 399)).isEqualTo(192);
    assertThat(prefix.stats().pages()).isEqualTo(25);
  }
}
