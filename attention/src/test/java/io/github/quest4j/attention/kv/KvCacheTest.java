package io.github.quest4j.attention.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.kernel.KeyLayout;
import io.github.quest4j.attention.kernel.KvType;
import io.github.quest4j.attention.work.Workers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random histories of sequences against plain lists of rows. */
class KvCacheTest {

  private static final MemoryLimit PLENTY = MemoryLimit.of(1L << 30);

  /** A sequence and what it should hold: rows {@code [token][layer][row]}. */
  private static final class Model {
    final KvCache cache;
    final List<float[][]> keys = new ArrayList<>();
    final List<float[][]> values = new ArrayList<>();

    Model(KvCache cache) {
      this.cache = cache;
    }
  }

  @ParameterizedTest
  @CsvSource({"8,F16,4", "16,F16,64", "16,F32,80", "32,F32,12", "64,F16,36", "128,F16,8"})
  void agreesWithAListOfRows(int pageSize, KvType type, int headDim) {
    List<LayerShape> layers =
        List.of(
            new LayerShape(2, headDim, 0),
            new LayerShape(1, headDim + 4, 3 * pageSize + 1),
            new LayerShape(3, headDim, 0));
    MemoryLimit limit = MemoryLimit.of(1L << 30);
    PagePool pool = PagePool.open(new KvLayout(pageSize, type, layers, new SumDigest()), limit);
    Random random = new Random(pageSize * 31L + headDim);
    List<Model> models = new ArrayList<>();
    models.add(new Model(KvCache.open(pool)));
    try (Workers workers = Workers.of(3)) {
      for (int step = 0; step < 160; step++) {
        Model model = models.get(random.nextInt(models.size()));
        switch (random.nextInt(9)) {
          case 0 -> {
            if (models.size() < 6) {
              Model copy = new Model(model.cache.fork());
              copy.keys.addAll(model.keys);
              copy.values.addAll(model.values);
              models.add(copy);
            }
          }
          case 1 -> truncate(model, random, pool);
          case 2 -> {
            model.cache.extend(1 + random.nextInt(3 * pageSize));
            if (random.nextBoolean()) {
              append(model, random, layers, workers);
            }
            model.cache.rollback();
          }
          case 3 -> {
            if (models.size() > 1) {
              model.cache.close();
              models.remove(model);
            }
          }
          case 4 -> step(model, 1 + random.nextInt(6 * pageSize), random, layers, workers);
          case 5 -> {
            if (step % 40 == 0) {
              step(model, 2000, random, layers, workers);
            }
          }
          case 6 -> {
            if (models.size() < 6) {
              models.add(beginLike(model, random, pool));
            }
          }
          default -> step(model, 1, random, layers, workers);
        }
        check(models, pool, layers);
      }
    }
    for (Model model : models) {
      model.cache.close();
      model.cache.close();
    }
    assertThat(pool.pagesInUse()).isZero();
    assertThat(pool.bytesReserved()).isEqualTo(limit.used()).isPositive();
    pool.close();
    assertThat(limit.used()).isZero();
  }

  /** A new sequence that begins with leased pages of another one, as many as its windows allow. */
  private static Model beginLike(Model model, Random random, PagePool pool) {
    int full = model.cache.length() / pool.layout().pageSize();
    List<KvPage> pages = new ArrayList<>();
    for (int page = 0; page < full; page++) {
      pages.add(model.cache.lease(page));
    }
    int wanted = random.nextInt(full + 1);
    int length = wanted * pool.layout().pageSize();
    boolean held = true;
    for (int page = KvCache.firstPageSeen(pool, 1, length); page < wanted; page++) {
      held &= pages.get(page).holds(1);
    }
    Model copy = new Model(KvCache.open(pool));
    if (held) {
      copy = new Model(KvCache.open(pool, pages.subList(0, wanted)));
      copy.keys.addAll(model.keys.subList(0, length));
      copy.values.addAll(model.values.subList(0, length));
    } else {
      assertThatThrownBy(() -> KvCache.open(pool, pages.subList(0, wanted)))
          .hasMessageContaining("is not held for layers of a window that sees it");
    }
    pages.forEach(KvPage::close);
    pages.forEach(KvPage::close);
    return copy;
  }

  private static void truncate(Model model, Random random, PagePool pool) {
    int length = model.cache.length();
    int target = length - Math.min(length, random.nextInt(40));
    try {
      model.cache.truncate(target);
      while (model.keys.size() > target) {
        model.keys.removeLast();
        model.values.removeLast();
      }
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("released what lies before token");
      int window = pool.layout().layers().get(1).window();
      assertThat(model.cache.firstPage(1) * pool.layout().pageSize())
          .isGreaterThan(Math.max(0, target - window + 1));
      assertThat(model.cache.length()).isEqualTo(length);
    }
  }

  private static void step(
      Model model, int tokens, Random random, List<LayerShape> layers, Workers workers) {
    model.cache.extend(tokens);
    float[][][][] rows = append(model, random, layers, workers);
    model.keys.addAll(List.of(rows[0]));
    model.values.addAll(List.of(rows[1]));
    model.cache.commit();
  }

  private static float[][][][] append(
      Model model, Random random, List<LayerShape> layers, Workers workers) {
    int tokens = model.cache.extent() - model.cache.length();
    float[][][] keys = new float[tokens][layers.size()][];
    float[][][] values = new float[tokens][layers.size()][];
    for (int layer = 0; layer < layers.size(); layer++) {
      int row = layers.get(layer).kvHeads() * layers.get(layer).headDim();
      int stride = row + random.nextInt(5);
      float[] k = new float[3 + tokens * stride];
      float[] v = new float[7 + tokens * stride];
      for (int t = 0; t < tokens; t++) {
        keys[t][layer] = new float[row];
        values[t][layer] = new float[row];
        for (int i = 0; i < row; i++) {
          k[3 + t * stride + i] = keys[t][layer][i] = (float) random.nextGaussian();
          v[7 + t * stride + i] = values[t][layer][i] = (float) random.nextGaussian();
        }
      }
      model.cache.append(layer, k, 3, v, 7, stride, tokens, workers);
    }
    return new float[][][][] {keys, values};
  }

  private static void check(List<Model> models, PagePool pool, List<LayerShape> layers) {
    int pageSize = pool.layout().pageSize();
    List<List<Integer>> leased = List.of(new ArrayList<>(), new ArrayList<>());
    for (Model model : models) {
      KvCache cache = model.cache;
      assertThat(cache.length()).isEqualTo(model.keys.size()).isEqualTo(cache.extent());
      for (int layer = 0; layer < layers.size(); layer++) {
        int pages = cache.pages(layer);
        assertThat(pages).isEqualTo((cache.length() + pageSize - 1) / pageSize);
        int group = pool.group(layer);
        for (int page = cache.firstPage(layer); page < pages; page++) {
          if (layer < 2) {
            leased.get(group).add(cache.page(layer, page));
          }
          checkPage(model, pool, layer, page);
        }
        int window = layers.get(layer).window();
        int seen = window == 0 ? 0 : Math.max(0, cache.length() - window + 1);
        assertThat(cache.firstPage(layer)).isLessThanOrEqualTo(seen / pageSize);
      }
    }
    long inUse = 0;
    for (int group = 0; group < 2; group++) {
      inUse += leased.get(group).stream().distinct().count();
      for (int page : leased.get(group)) {
        int references = (int) leased.get(group).stream().filter(p -> p == page).count();
        assertThat(pool.references(group, page)).isEqualTo(references);
        if (leased.get(group).size() > 300) {
          break; // the quadratic count is for the small cases
        }
      }
    }
    assertThat(pool.pagesInUse()).isEqualTo(inUse);
  }

  private static void checkPage(Model model, PagePool pool, int layer, int page) {
    KvCache cache = model.cache;
    int pageSize = pool.layout().pageSize();
    int headDim = pool.layout().layers().get(layer).headDim();
    KvType type = pool.layout().type();
    int physical = cache.page(layer, page);
    int group = pool.group(layer);
    MemorySegment slab = pool.slab(group, physical);
    for (int head = 0; head < pool.layout().layers().get(layer).kvHeads(); head++) {
      long keyAt = pool.keyOffset(layer, physical, head);
      long valueAt = pool.valueOffset(layer, physical, head);
      for (int t = 0; t < cache.tokensIn(layer, page); t++) {
        float[] key = model.keys.get(page * pageSize + t)[layer];
        float[] value = model.values.get(page * pageSize + t)[layer];
        for (int i = 0; i < headDim; i += 1 + i % 3) {
          long at = (long) (t * headDim + i) * type.bytes();
          long inKeys = (long) KeyLayout.index(type, headDim, pageSize, t, i) * type.bytes();
          float k = SumDigest.element(type, slab, keyAt + inKeys);
          float v = SumDigest.element(type, slab, valueAt + at);
          if (k != SumDigest.narrowed(type, key[head * headDim + i])
              || v != SumDigest.narrowed(type, value[head * headDim + i])) {
            throw new AssertionError("layer " + layer + " page " + page + " token " + t);
          }
        }
      }
      if (page < cache.sealedPages(layer)) {
        long sum = SumDigest.sum(type, headDim, pageSize, slab, keyAt);
        assertThat(
                SumDigest.stored(
                    pool.digestSlab(group, physical),
                    pool.digestOffset(layer, physical, head),
                    pool.digestLane(physical)))
            .isEqualTo(sum + ((SumDigest.First) cache.common(layer, head)).sum());
        if (cache.firstPage(layer) == 0) {
          int first = cache.page(layer, 0);
          MemorySegment firstSlab = pool.slab(group, first);
          long at = pool.keyOffset(layer, first, head);
          assertThat(cache.common(layer, head))
              .isEqualTo(
                  new SumDigest.First(SumDigest.sum(type, headDim, pageSize, firstSlab, at)));
        }
      }
    }
  }

  @Test
  void aFullLimitLeavesTheSequenceAsItWas() {
    KvLayout layout =
        new KvLayout(
            16,
            KvType.F16,
            List.of(new LayerShape(2, 64, 0), new LayerShape(2, 64, 100)),
            new SumDigest());
    MemoryLimit limit = MemoryLimit.of(5L << 20);
    try (PagePool pool = PagePool.open(layout, limit);
        KvCache cache = KvCache.open(pool)) {
      cache.extend(10);
      long used = limit.used();
      cache.rollback();
      assertThatThrownBy(() -> cache.extend(8_000))
          .isInstanceOf(OutOfPagesException.class)
          .hasMessageContaining(
              "no pages left for 8000 more tokens: memory limit of 5.0 MiB reached")
          .hasMessageContaining("raise the limit");
      assertThat(cache.extent()).isZero();
      assertThat(pool.pagesInUse()).isZero();
      assertThat(limit.used()).isGreaterThanOrEqualTo(used);
      cache.extend(10);
      cache.rollback();
    }
    assertThat(limit.used()).isZero();
  }

  @Test
  void aPoolTellsWhatFits() {
    List<LayerShape> layers = List.of(new LayerShape(1, 8, 0), new LayerShape(1, 8, 64));
    KvLayout layout = new KvLayout(16, KvType.F32, layers, new SumDigest());
    PagePool probe = PagePool.open(layout, PLENTY);
    long slabs = probe.bytesPerPage(0) + probe.bytesPerPage(1);
    probe.close();
    // Two slabs of 64 pages for each of the two groups, and not one more.
    MemoryLimit limit = MemoryLimit.of(2 * 64 * slabs + 64 * 16);
    PagePool pool = PagePool.open(layout, limit);
    assertThat(pool.hasRoom(128)).isTrue();
    assertThat(pool.hasRoom(129)).isFalse();
    assertThat(pool.couldHold(126 * 16, 64)).isTrue();
    assertThat(pool.couldHold(4 * 64 * 16, 64)).isFalse();
    KvCache cache = KvCache.open(pool);
    assertThat(cache.pagesToExtend(33)).isEqualTo(3);
    try (Workers workers = Workers.of(1)) {
      Model model = new Model(cache);
      for (int i = 0; i < 10; i++) {
        step(model, 100, new Random(i), layers, workers);
      }
      assertThat(cache.pagesToExtend(1)).isEqualTo(1);
      assertThat(pool.hasRoom(65)).isTrue(); // 63 full, one in use
      assertThat(pool.hasRoom(66)).isFalse();
      assertThat(pool.hasRoom(127 * 16, 16)).isTrue(); // the layers with a window need few of them
      assertThat(pool.hasRoom(128 * 16, 16)).isFalse();
      assertThat(pool.couldHold(126 * 16, 64)).isTrue(); // whoever holds what now
    }
    cache.close();
    pool.close();
  }

  @Test
  void sequencesThatGrowSideBySideKeepTheirRuns() {
    KvLayout layout =
        new KvLayout(16, KvType.F16, List.of(new LayerShape(1, 4, 0)), new SumDigest());
    try (PagePool pool = PagePool.open(layout, PLENTY);
        Workers workers = Workers.of(1);
        KvCache a = KvCache.open(pool);
        KvCache b = KvCache.open(pool)) {
      float[] row = new float[4];
      for (int t = 0; t < 256; t++) {
        for (KvCache cache : List.of(a, b)) {
          cache.extend(1);
          cache.append(0, row, 0, row, 0, 4, 1, workers);
          cache.commit();
        }
      }
      for (KvCache cache : List.of(a, b)) {
        for (int page = 1; page < 16; page++) {
          assertThat(cache.page(0, page)).isEqualTo(cache.page(0, page - 1) + 1);
        }
      }
      int first = a.page(0, 0);
      a.truncate(0);
      a.extend(256);
      assertThat(a.page(0, 0)).isEqualTo(first);
      a.rollback();
    }
  }

  @Test
  void aPoolWithLeasedPagesDoesNotClose() {
    KvLayout layout =
        new KvLayout(16, KvType.F16, List.of(new LayerShape(1, 4, 0)), new SumDigest());
    PagePool pool = PagePool.open(layout, PLENTY);
    KvCache cache = KvCache.open(pool);
    cache.extend(17);
    assertThatThrownBy(pool::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("page pool closed while 2 pages are leased; close the sequences first");
    assertThatThrownBy(cache::fork).hasMessageContaining("fork while a step is under way");
    assertThatThrownBy(cache::commit).hasMessageContaining("layer 0 was not appended");
    cache.close();
    pool.close();
    pool.close();
    assertThatThrownBy(() -> cache.extend(1)).hasMessage("the sequence is closed");
  }
}
