package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.kernel.ScoreKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The storage of the layers that share a window. A slab holds a run of pages:
 *
 * <pre>
 * keys and values  // [layer, kvHead, {keys, values}, page], keys as KeyLayout says
 * digests          // [layer, kvHead, block of pages], a block as DigestFormat says
 * </pre>
 *
 * Keys lie apart from values: attention reads a page of the one and a page of the other in turn,
 * and either is then one stream that the processor can see coming. Alternating within one stream
 * was measured at a third of the speed.
 */
final class PageGroup {

  private static final int SLAB_TOKENS = 1024;
  private static final int ALIGNMENT = 64;

  final int window;
  final List<Integer> layers;
  final PageRuns runs = new PageRuns();
  final long slabBytes;
  final long digestBytes; // of a slab
  final int pagesPerSlab;

  private final KvLayout layout;
  private final int slabShift;
  private final long[] keyBase; // [layer of the model]
  private final long[] digestBase; // [layer of the model]
  private final long[] pageBytes; // [layer of the model], of the keys of one head, or the values
  private final int[] blockBytes; // [layer of the model], of a block of digests
  private volatile MemorySegment[] slabs = new MemorySegment[0];

  PageGroup(KvLayout layout, int window, List<Integer> layers) {
    this.layout = layout;
    this.window = window;
    this.layers = List.copyOf(layers);
    pagesPerSlab = Math.max(DigestFormat.PAGES, SLAB_TOKENS / layout.pageSize());
    slabShift = Integer.numberOfTrailingZeros(pagesPerSlab);
    int count = layout.layers().size();
    keyBase = new long[count];
    digestBase = new long[count];
    pageBytes = new long[count];
    blockBytes = new int[count];
    long at = 0;
    for (int layer : layers) {
      LayerShape shape = layout.layers().get(layer);
      pageBytes[layer] = (long) layout.pageSize() * shape.headDim() * layout.type().bytes();
      keyBase[layer] = at;
      at = Math.addExact(at, 2 * pageBytes[layer] * shape.kvHeads() * pagesPerSlab);
    }
    at = roundUp(at, ALIGNMENT);
    long digests = at;
    for (int layer : layers) {
      LayerShape shape = layout.layers().get(layer);
      int bytes = layout.digest().blockBytes(layout.type(), shape.headDim(), layout.pageSize());
      blockBytes[layer] = Math.toIntExact(roundUp(bytes, ALIGNMENT));
      digestBase[layer] = at;
      long blocks = (long) shape.kvHeads() * pagesPerSlab / DigestFormat.PAGES;
      at = Math.addExact(at, blockBytes[layer] * blocks);
    }
    digestBytes = at - digests;
    slabBytes = Math.addExact(at, ScoreKernels.SLACK);
  }

  private static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }

  int slabs() {
    return slabs.length;
  }

  void addSlab(Arena arena) {
    MemorySegment[] more = Arrays.copyOf(slabs, slabs.length + 1);
    more[slabs.length] = arena.allocate(slabBytes, ALIGNMENT);
    slabs = more;
    runs.grow(pagesPerSlab);
  }

  MemorySegment slab(int page) {
    return slabs[page >> slabShift];
  }

  long keyOffset(int layer, int page, int kvHead) {
    long index = (2L * kvHead << slabShift) + (page & (pagesPerSlab - 1));
    return keyBase[layer] + index * pageBytes[layer];
  }

  long valueOffset(int layer, int page, int kvHead) {
    return keyOffset(layer, page, kvHead) + (pageBytes[layer] << slabShift);
  }

  long digestOffset(int layer, int page, int kvHead) {
    long index = ((long) kvHead << slabShift) + (page & (pagesPerSlab - 1));
    return digestBase[layer] + index / DigestFormat.PAGES * blockBytes[layer];
  }

  int digestBytes(int layer) {
    return blockBytes[layer] / DigestFormat.PAGES;
  }

  /** Copies a page to another for all layers: all keys, of the values the first {@code tokens}. */
  void copy(int from, int to, int tokens) {
    MemorySegment source = slab(from);
    MemorySegment target = slab(to);
    for (int layer : layers) {
      LayerShape shape = layout.layers().get(layer);
      long bytes = (long) tokens * shape.headDim() * layout.type().bytes();
      for (int head = 0; head < shape.kvHeads(); head++) {
        MemorySegment.copy(
            source,
            keyOffset(layer, from, head),
            target,
            keyOffset(layer, to, head),
            pageBytes[layer]);
        MemorySegment.copy(
            source, valueOffset(layer, from, head), target, valueOffset(layer, to, head), bytes);
      }
    }
  }
}
