package io.github.quest4j.benchmarks;

import io.github.quest4j.attention.work.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * How fast this machine reads memory: a sum over a segment larger than its caches, with the vectors
 * and threads that attention uses. What attention could reach at most.
 */
final class ReadBandwidth implements AutoCloseable {

  private static final class Lanes {
    static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    static final int BYTES = SPECIES.vectorByteSize();
  }

  // Pieces so that the kernel is called often enough to be compiled as a whole.
  private static final int PIECE = 1 << 20;
  private static final int PASSES = 12;

  private final Workers workers;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;
  private final int pieces;
  private final AtomicLong sink = new AtomicLong();

  /**
   * Takes the memory.
   *
   * @param bytes rounded up to MiB
   */
  ReadBandwidth(Workers workers, long bytes) {
    this.workers = workers;
    this.pieces = Math.toIntExact(Math.ceilDiv(bytes, PIECE));
    this.segment = arena.allocate((long) pieces * PIECE, 64);
    workers.run(
        pieces, (piece, worker) -> segment.asSlice((long) piece * PIECE, PIECE).fill((byte) 1));
  }

  /** Bytes per second of the best of several passes. */
  double measure() {
    double best = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      long start = System.nanoTime();
      workers.run(pieces, this::read);
      best = Math.max(best, segment.byteSize() / ((System.nanoTime() - start) / 1e9));
    }
    return best;
  }

  private void read(int piece, int worker) {
    // The sum goes somewhere, or the compiler would not read at all.
    sink.addAndGet(sum(segment, (long) piece * PIECE));
  }

  private static long sum(MemorySegment segment, long from) {
    LongVector a = LongVector.zero(Lanes.SPECIES);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    int bytes = Lanes.BYTES;
    for (int i = 0; i < PIECE; i += 4 * bytes) {
      long at = from + i;
      a = a.add(load(segment, at));
      b = b.add(load(segment, at + bytes));
      c = c.add(load(segment, at + 2L * bytes));
      d = d.add(load(segment, at + 3L * bytes));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  private static LongVector load(MemorySegment segment, long at) {
    return LongVector.fromMemorySegment(Lanes.SPECIES, segment, at, ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    arena.close();
  }
}
