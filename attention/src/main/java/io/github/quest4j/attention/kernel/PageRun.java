package io.github.quest4j.attention.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Where a run of pages of one layer and KV head lies: what an attention kernel walks over.
 *
 * <p>The tokens of a run are numbered by the run: page i holds tokens {@code i * pageSize ..}. Only
 * the tokens {@code from .. to-1} take part, so the first page may be cut by a window and the last
 * one by its end. Long-lived and refilled; it belongs to one worker.
 */
public final class PageRun {

  private static final MemorySegment NOWHERE = MemorySegment.NULL;

  KvType type = KvType.F32;
  int headDim;
  int pageSize = 8;
  int shift = 3;
  int pages;
  int from;
  int to;
  boolean masked;
  MemorySegment[] slabs = new MemorySegment[64];
  long[] keys = new long[64]; // byte offset of the keys, see KeyLayout
  long[] values = new long[64]; // byte offset of values [pageSize, headDim]
  long[] keep = new long[128]; // [pages, 2] bits of the tokens that take part, where masked

  /** Makes an empty run. */
  public PageRun() {
    Arrays.fill(slabs, NOWHERE);
  }

  /** Empties the run for pages of that shape. */
  public void reset(KvType type, int headDim, int pageSize) {
    this.type = type;
    this.headDim = headDim;
    this.pageSize = pageSize;
    this.shift = Integer.numberOfTrailingZeros(pageSize);
    pages = 0;
    from = 0;
    to = 0;
    masked = false;
  }

  /**
   * Adds a page whose tokens all take part.
   *
   * @param keyOffset byte offset of its keys in {@code slab}, laid out as {@link KeyLayout} says
   * @param valueOffset byte offset of its values {@code [pageSize, headDim]} in {@code slab}
   */
  public void add(MemorySegment slab, long keyOffset, long valueOffset) {
    if (pages == slabs.length) {
      grow();
    }
    slabs[pages] = slab;
    keys[pages] = keyOffset;
    values[pages] = valueOffset;
    pages++;
    to = pages * pageSize;
  }

  /**
   * Keeps only those tokens of the page added last whose bit is set: bit t of {@code low, high}.
   */
  public void keepOnly(long low, long high) {
    if (!masked) {
      masked = true;
      Arrays.fill(keep, 0, 2 * pages, -1L);
    }
    keep[2 * pages - 2] = low;
    keep[2 * pages - 1] = high;
  }

  /** Marks the page added last as whole, in a run that has masked pages. */
  public void keepAll() {
    if (masked) {
      keep[2 * pages - 2] = -1L;
      keep[2 * pages - 1] = -1L;
    }
  }

  /** Limits the run to the tokens {@code from .. to-1}. */
  public void limit(int from, int to) {
    if (from < 0 || from >= to || to > pages * pageSize) {
      throw new IllegalArgumentException(
          "tokens " + from + ".." + to + " are not in a run of " + pages * pageSize);
    }
    this.from = from;
    this.to = to;
  }

  /** The number of pages. */
  public int pages() {
    return pages;
  }

  /** Tokens of all pages, those that do not take part included. */
  public int tokens() {
    return pages * pageSize;
  }

  boolean kept(int token) {
    int bit = token & (pageSize - 1);
    return !masked || (keep[2 * (token >> shift) + (bit >> 6)] >>> bit & 1) != 0;
  }

  private void grow() {
    int capacity = 2 * slabs.length;
    int old = slabs.length;
    slabs = Arrays.copyOf(slabs, capacity);
    Arrays.fill(slabs, old, capacity, NOWHERE);
    keys = Arrays.copyOf(keys, capacity);
    values = Arrays.copyOf(values, capacity);
    keep = Arrays.copyOf(keep, 2 * capacity);
  }
}
