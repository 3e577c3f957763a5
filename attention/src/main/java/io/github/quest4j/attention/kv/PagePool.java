package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kernel.KeyLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Owner of the memory of all pages of one model. Pages are leased to sequences ({@link KvCache}),
 * reference-counted, and shared between sequences that have a prefix in common.
 *
 * <p>Layers with the same window form a <em>group</em>; a physical page of a group covers S tokens
 * of all its layers. Storage grows by slabs of about 1,024 tokens, each accounted against the
 * memory limit before it is taken; page digests lie in the same slab. Leasing is thread-safe.
 *
 * <p>Kernels address a page by its slab and an offset: keys and values of one (page, KV head) are
 * each contiguous; the digests of one (layer, KV head) lie in blocks of {@link DigestFormat#PAGES}
 * consecutive pages.
 */
public final class PagePool implements AutoCloseable {

  private final KvLayout layout;
  private final MemoryLimit limit;
  private final Kernels kernels;
  private final Arena arena = Arena.ofShared();
  private final PageGroup[] groups;
  private final int[] groupOfLayer;
  private long reserved;
  private boolean closed;

  private PagePool(KvLayout layout, MemoryLimit limit, Kernels kernels) {
    this.layout = layout;
    this.limit = limit;
    this.kernels = kernels;
    Map<Integer, List<Integer>> byWindow = new LinkedHashMap<>();
    groupOfLayer = new int[layout.layers().size()];
    for (int layer = 0; layer < groupOfLayer.length; layer++) {
      byWindow
          .computeIfAbsent(layout.layers().get(layer).window(), w -> new ArrayList<>())
          .add(layer);
    }
    groups = new PageGroup[byWindow.size()];
    int group = 0;
    for (Map.Entry<Integer, List<Integer>> entry : byWindow.entrySet()) {
      groups[group] = new PageGroup(layout, entry.getKey(), entry.getValue());
      for (int layer : entry.getValue()) {
        groupOfLayer[layer] = group;
      }
      group++;
    }
  }

  /** An empty pool; memory is taken when pages are leased. */
  public static PagePool open(KvLayout layout, MemoryLimit limit) {
    return open(layout, limit, Kernels.best());
  }

  /** An empty pool that writes pages with the given kernels. */
  public static PagePool open(KvLayout layout, MemoryLimit limit, Kernels kernels) {
    return new PagePool(layout, limit, kernels);
  }

  /** The layout it was opened with. */
  public KvLayout layout() {
    return layout;
  }

  /** Number of groups of layers. */
  public int groups() {
    return groups.length;
  }

  /** The group of a layer. */
  public int group(int layer) {
    return groupOfLayer[layer];
  }

  /** Layers of a group, ascending. */
  public List<Integer> layers(int group) {
    return groups[group].layers;
  }

  /** Tokens that the layers of a group can see; 0 where they see all. */
  public int window(int group) {
    return groups[group].window;
  }

  /** The segment that holds a page's keys and values. */
  public MemorySegment slab(int group, int page) {
    return groups[group].slab(page);
  }

  /**
   * Where in its slab the keys of a page and KV head begin; {@link KeyLayout} says how they lie.
   */
  public long keyOffset(int layer, int page, int kvHead) {
    return groups[groupOfLayer[layer]].keyOffset(layer, page, kvHead);
  }

  /** Where in its slab the values {@code [pageSize, headDim]} of a page and KV head begin. */
  public long valueOffset(int layer, int page, int kvHead) {
    return groups[groupOfLayer[layer]].valueOffset(layer, page, kvHead);
  }

  /** The segment that holds a page's digests. */
  public MemorySegment digestSlab(int group, int page) {
    return groups[group].slab(page);
  }

  /**
   * Where in its digest slab the block begins that holds the digest of a page and KV head, in lane
   * {@link #digestLane}.
   */
  public long digestOffset(int layer, int page, int kvHead) {
    return groups[groupOfLayer[layer]].digestOffset(layer, page, kvHead);
  }

  /** The lane of a page's digest in its block. */
  public int digestLane(int page) {
    return page & (DigestFormat.PAGES - 1);
  }

  /** Bytes of the digest of one page and KV head. */
  public int digestBytes(int layer) {
    return groups[groupOfLayer[layer]].digestBytes(layer);
  }

  /** Pages leased now, over all groups; a shared page counts once. */
  public synchronized long pagesInUse() {
    long pages = 0;
    for (PageGroup group : groups) {
      pages += group.runs.inUse();
    }
    return pages;
  }

  /** Pages of the slabs taken so far that nobody leases. */
  public synchronized long pagesFree() {
    long pages = 0;
    for (PageGroup group : groups) {
      pages += group.runs.free();
    }
    return pages;
  }

  /** Whether so many more pages could be leased in each of the groups now. */
  public synchronized boolean hasRoom(int pages) {
    long wanted = 0;
    for (PageGroup group : groups) {
      wanted += missingBytes(group, pages);
    }
    return wanted <= limit.limit() - limit.used();
  }

  /**
   * Whether there is room now for a sequence of so many more tokens.
   *
   * @param piece tokens of its longest step: layers with a window hold so many besides the window
   */
  public synchronized boolean hasRoom(int tokens, int piece) {
    long wanted = 0;
    for (PageGroup group : groups) {
      wanted += missingBytes(group, pages(group, tokens, piece));
    }
    return wanted <= limit.limit() - limit.used();
  }

  /** Whether a sequence of so many tokens would fit if it had the pool for itself. */
  public synchronized boolean couldHold(int tokens, int piece) {
    long wanted = 0;
    for (PageGroup group : groups) {
      long slabs = Math.ceilDiv(pages(group, tokens, piece), (long) group.pagesPerSlab);
      wanted += slabs * group.slabBytes;
    }
    return wanted <= limit.limit() - limit.used() + reserved;
  }

  private long missingBytes(PageGroup group, long pages) {
    long missing = Math.max(0, pages - group.runs.free());
    return Math.ceilDiv(missing, (long) group.pagesPerSlab) * group.slabBytes;
  }

  private long pages(PageGroup group, int tokens, int piece) {
    long held = group.window == 0 ? tokens : Math.min(tokens, (long) group.window + piece);
    return held / layout.pageSize() + 2; // one at either end may be used in part
  }

  /** Bytes taken from the memory limit, digests included. */
  public synchronized long bytesReserved() {
    return reserved;
  }

  /** Bytes among {@link #bytesReserved} that hold digests. */
  public synchronized long digestBytesReserved() {
    long bytes = 0;
    for (PageGroup group : groups) {
      bytes += group.digestBytes * group.slabs();
    }
    return bytes;
  }

  /** Bytes of one page of a group: keys, values and digests of all its layers. */
  public long bytesPerPage(int group) {
    return groups[group].slabBytes / groups[group].pagesPerSlab;
  }

  /** Bytes of the digests of one page of a group. */
  public long digestBytesPerPage(int group) {
    return groups[group].digestBytes / groups[group].pagesPerSlab;
  }

  /**
   * Frees the memory.
   *
   * @throws IllegalStateException if pages are still leased; nothing is freed then
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    long pages = pagesInUse();
    if (pages != 0) {
      throw new IllegalStateException(
          "page pool closed while " + pages + " pages are leased; close the sequences first");
    }
    closed = true;
    arena.close();
    limit.release(reserved);
    reserved = 0;
  }

  Kernels kernels() {
    return kernels;
  }

  /**
   * Leases {@code pages[from .. to-1]}, each after the one before it where possible.
   *
   * @throws OutOfMemoryLimitException if the limit does not allow another slab; nothing is leased
   */
  synchronized void lease(int group, int[] pages, int from, int to) {
    if (closed) {
      throw new IllegalStateException("the page pool is closed");
    }
    PageGroup of = groups[group];
    while (of.runs.free() < to - from) {
      limit.reserve(of.slabBytes);
      try {
        of.addSlab(arena);
      } catch (OutOfMemoryError e) {
        limit.release(of.slabBytes);
        throw e;
      }
      reserved += of.slabBytes;
    }
    int before = from == 0 ? -1 : pages[from - 1];
    for (int i = from; i < to; i++) {
      before = of.runs.lease(before);
      pages[i] = before;
    }
  }

  synchronized void retain(int group, int[] pages, int from, int to) {
    for (int i = from; i < to; i++) {
      groups[group].runs.retain(pages[i]);
    }
  }

  synchronized void release(int group, int[] pages, int from, int to) {
    for (int i = from; i < to; i++) {
      groups[group].runs.release(pages[i]);
    }
  }

  /** How many sequences lease a page. */
  synchronized int references(int group, int page) {
    return groups[group].runs.references(page);
  }

  void copy(int group, int from, int to, int tokens) {
    groups[group].copy(from, to, tokens);
  }
}
