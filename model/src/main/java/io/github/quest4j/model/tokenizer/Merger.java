package io.github.quest4j.model.tokenizer;

import java.util.Arrays;

/**
 * The loop that byte-pair encoding and SentencePiece share: of all pairs of neighbouring symbols
 * merge the most urgent one, the leftmost of equals, until none can merge. Symbols form a linked
 * list and pairs a heap, so that n symbols take O(n log n) however long the run. For one thread.
 */
abstract class Merger {
  private static final int NO_MERGE = -1;

  private int count;
  private int[] next = new int[64];
  private int[] previous = new int[64];
  private int[] merge = new int[64]; // of the pair that begins at this symbol
  protected int[] symbols = new int[64];
  private final LongHeap queue = new LongHeap();

  /** What a merge is to these symbols: an index of at least 0, or -1 if the pair does not merge. */
  protected abstract int mergeOf(int left, int right);

  /** The smaller the earlier. */
  protected abstract int urgency(int merge);

  /** The symbol that a merge makes. */
  protected abstract int symbolOf(int merge);

  /** Called when the symbol at {@code right} became part of the one at {@code left}. */
  protected void merged(int left, int right) {}

  /** Makes room for symbols 0 to n - 1 of a new run. */
  protected void start(int n) {
    if (n > symbols.length) {
      int capacity = n + Math.min(n / 2, 1 << 16);
      next = new int[capacity];
      previous = new int[capacity];
      merge = new int[capacity];
      symbols = new int[capacity];
    }
    count = n;
  }

  /** Merges the symbols that were set since {@link #start}. */
  protected void run() {
    for (int i = 0; i < count; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < count ? i + 1 : -1;
    }
    queue.clear();
    for (int i = 0; i < count; i++) {
      offer(i);
    }
    while (!queue.isEmpty()) {
      long pair = queue.poll();
      int left = (int) pair;
      int m = merge[left];
      // A pair whose symbols changed since it was queued has another merge now, or none.
      if (m == NO_MERGE || urgency(m) != (int) (pair >> 32)) {
        continue;
      }
      int right = next[left];
      symbols[left] = symbolOf(m);
      next[left] = next[right];
      if (next[right] >= 0) {
        previous[next[right]] = left;
      }
      merge[right] = NO_MERGE;
      merged(left, right);
      if (previous[left] >= 0) {
        offer(previous[left]);
      }
      offer(left);
    }
  }

  private void offer(int left) {
    int right = next[left];
    int m = right < 0 ? NO_MERGE : mergeOf(left, right);
    merge[left] = m;
    if (m != NO_MERGE) {
      queue.add((long) urgency(m) << 32 | left);
    }
  }

  /** The first symbol of the run is 0; this is the one after {@code symbol}, or -1. */
  protected int after(int symbol) {
    return next[symbol];
  }

  /** A binary heap of longs, least first. */
  private static final class LongHeap {
    private long[] heap = new long[64];
    private int size;

    void clear() {
      size = 0;
    }

    boolean isEmpty() {
      return size == 0;
    }

    void add(long value) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, (int) Math.min(Integer.MAX_VALUE - 8, size * 2L));
      }
      int i = size++;
      while (i > 0 && heap[(i - 1) / 2] > value) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
      }
      heap[i] = value;
    }

    long poll() {
      long least = heap[0];
      long value = heap[--size];
      int i = 0;
      for (int child = 1; child < size; child = 2 * i + 1) {
        if (child + 1 < size && heap[child + 1] < heap[child]) {
          child++;
        }
        if (heap[child] >= value) {
          break;
        }
        heap[i] = heap[child];
        i = child;
      }
      heap[i] = value;
      return least;
    }
  }
}
