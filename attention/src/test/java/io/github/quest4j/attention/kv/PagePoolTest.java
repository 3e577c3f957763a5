package io.github.quest4j.attention.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.kernel.KvType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pool takes and says that it takes. */
class PagePoolTest {

  private static final List<LayerShape> LAYERS =
      List.of(new LayerShape(2, 64, 0), new LayerShape(1, 80, 0));

  @Test
  void keysValuesAndDigestsAreAllAccountedFor() {
    MemoryLimit limit = MemoryLimit.of(1L << 30);
    DigestFormat digest = new SumDigest();
    try (PagePool pool = PagePool.open(new KvLayout(16, KvType.F16, LAYERS, digest), limit);
        KvCache cache = KvCache.open(pool)) {
      assertThat(limit.used()).as("nothing is taken before it is needed").isZero();
      cache.extend(10);

      // A slab of 1,024 tokens: key and value of 2 x 64 and 80 channels in two bytes each, and for
      // every page and head a digest of 8 bytes.
      long keysAndValues = 1024L * 2 * (2 * 64 + 80) * 2;
      long digests = 1024L / 16 * 3 * 8;
      long mapped = pool.slab(0, cache.page(0, 0)).byteSize();
      assertThat(pool.digestBytesReserved()).isEqualTo(digests);
      assertThat(mapped).isBetween(keysAndValues + digests, keysAndValues + digests + 1024);
      assertThat(limit.used()).isEqualTo(mapped);
      assertThat(pool.bytesReserved()).isEqualTo(mapped);
      assertThat(cache.digestBytes()).isEqualTo(digests / 64);

      cache.rollback();
      cache.extend(1025);
      assertThat(limit.used()).as("the second slab").isEqualTo(2 * mapped);
      cache.rollback();
      assertThat(pool.pagesFree()).isEqualTo(128);
    }
    assertThat(limit.used()).isZero();
  }

  @Test
  void memoryIsReservedBeforeItIsTaken() {
    MemoryLimit limit = MemoryLimit.of(1000);
    KvLayout layout = new KvLayout(16, KvType.F16, LAYERS, new SumDigest());
    try (PagePool pool = PagePool.open(layout, limit);
        KvCache cache = KvCache.open(pool)) {
      assertThatThrownBy(() -> cache.extend(1))
          .isInstanceOf(OutOfPagesException.class)
          .hasMessageContaining("memory limit of 1000 bytes reached");
      assertThat(pool.pagesFree()).as("no slab was allocated").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 0, -16, 1, 4, 256, Integer.MIN_VALUE})
  void pageSizesThatAreNoneAreNamed(int pageSize) {
    assertThatThrownBy(() -> new KvLayout(pageSize, KvType.F16, LAYERS, new SumDigest()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "page size is not a power of two from 8 to 128: "
                + pageSize
                + " (give 8, 16, 32, 64 or 128)");
  }
}
