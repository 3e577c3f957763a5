package io.github.quest4j.model.compute.cpu;

import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.model.compute.StepRows;
import io.github.quest4j.model.compute.Tensor;
import io.github.quest4j.model.compute.Weight;
import io.github.quest4j.model.compute.cpu.matmul.Activations;
import io.github.quest4j.model.compute.cpu.matmul.DecodeActivations;
import io.github.quest4j.model.compute.cpu.matmul.MatmulKernels;
import io.github.quest4j.model.compute.cpu.matmul.MatmulScratch;
import io.github.quest4j.model.compute.cpu.matmul.MatmulWeights;
import io.github.quest4j.model.compute.cpu.matmul.ScalarMatmul;
import io.github.quest4j.model.compute.cpu.matmul.VectorMatmul;
import java.lang.foreign.Arena;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Matrix products of a step, cut into output channels that the workers share. */
final class CpuMatmul {

  private static final int PREFILL_TASK_ROWS = 96;
  private static final int PACK_TILES = 2;
  private static final int PACKING = 64;
  private static final int PACK_GROUPS = 4;

  private final Workers workers;
  private final MatmulKernels kernels;
  private MatmulScratch[] scratch = new MatmulScratch[0]; // [threads]
  private int maxColumns;
  private Activations activations;
  private final DecodeActivations decode = new DecodeActivations();
  private final Arena arena = Arena.ofShared();
  private final MemoryLimit room; // for copies of weights
  private long copied; // bytes
  private final Set<MatmulWeights> met = Collections.newSetFromMap(new IdentityHashMap<>());
  private @Nullable MatmulWeights promised;
  private long packedRoom;

  CpuMatmul(Workers workers, boolean vectorised, MemoryLimit room) {
    this.workers = workers;
    this.room = room;
    this.kernels = vectorised ? new VectorMatmul() : new ScalarMatmul();
    this.activations = kernels.activations(1, 1);
  }

  /** Prepares for inputs of that many columns. */
  void expect(int columns) {
    if (columns > maxColumns) {
      maxColumns = columns;
      scratch = new MatmulScratch[workers.threads()];
      for (int i = 0; i < scratch.length; i++) {
        scratch[i] = new MatmulScratch(columns);
      }
    }
  }

  void row(CpuWeight weight, int row, float[] out, int offset) {
    kernels.row(weight.matrix(), row, out, offset);
  }

  void multiply(CpuTensor x, StepRows rows, List<Weight> weights, List<Tensor> outs) {
    int columns = x.columns();
    if (rows.prefill() > 0) {
      pack(x.data(), columns, rows.prefill());
      forPieces(
          weights,
          PREFILL_TASK_ROWS,
          (index, from, to, worker) ->
              kernels.many(
                  matrix(weights, index).matrix(),
                  activations,
                  CpuTensor.data(outs.get(index)),
                  0,
                  outs.get(index).columns(),
                  from,
                  to,
                  scratch[worker]));
    }
    if (rows.decode() > 0) {
      int total = 0;
      for (Weight weight : weights) {
        total += weight.rows();
      }
      // A thread's share in one piece where it is of one matrix: to break a stream off and begin it
      // anew costs more than is won by pieces that others could take over.
      int size = Math.ceilDiv(total, workers.threads());
      int tile = kernels.rowTile();
      for (Weight weight : weights) {
        pack(((CpuWeight) weight).matrix());
      }
      prepare(x, rows, weights);
      forPieces(
          weights,
          Math.ceilDiv(size, tile) * tile,
          (index, from, to, worker) -> {
            int stride = outs.get(index).columns();
            kernels.few(
                matrix(weights, index).matrix(),
                decode,
                CpuTensor.data(outs.get(index)),
                rows.prefill() * stride,
                stride,
                from,
                to,
                scratch[worker]);
          });
    }
  }

  private void prepare(CpuTensor x, StepRows rows, List<Weight> weights) {
    int columns = x.columns();
    boolean spread = false;
    for (Weight weight : weights) {
      spread |= kernels.spreads(((CpuWeight) weight).type());
    }
    decode.begin(x.data(), rows.prefill() * columns, columns, rows.decode(), columns, spread);
    if (decode.pieces() == 1) {
      decode.prepare(0);
    } else {
      workers.run(decode.pieces(), (piece, worker) -> decode.prepare(piece));
    }
  }

  private static CpuWeight matrix(List<Weight> weights, int index) {
    return (CpuWeight) weights.get(index);
  }

  /**
   * Makes the copy that decode products read fastest (a prompt is read from the mapped file), if
   * there is room for it. The very first product, which is that of a prompt's last token with the
   * output matrix, only reserves the room, and the next makes the copy: somebody waits for the
   * first word.
   */
  private void pack(MatmulWeights matrix) {
    boolean first = met.isEmpty();
    if (met.add(matrix)) {
      long bytes = kernels.packedBytes(matrix);
      if (bytes == 0 || bytes > room.limit() - room.used()) {
        return;
      }
      room.reserve(bytes);
      copied += bytes;
      if (first) {
        matrix.promise();
        promised = matrix;
        return;
      }
    } else if (matrix == promised) {
      promised = null;
    } else {
      return;
    }
    kernels.pack(
        matrix,
        arena,
        (groups, work) ->
            workers.run(
                Math.ceilDiv(groups, PACK_GROUPS),
                (task, worker) ->
                    work.run(task * PACK_GROUPS, Math.min(groups, (task + 1) * PACK_GROUPS))));
  }

  private void pack(float[] x, int columns, int tokens) {
    // Tiles are filled up, so few tokens of many columns take more than their product.
    int padded = Math.ceilDiv(tokens, PACKING) * PACKING;
    long room = (long) padded * columns;
    if (room > packedRoom) {
      activations = kernels.activations(padded, columns);
      packedRoom = room;
    }
    activations.begin(tokens, columns);
    int tiles = activations.tiles();
    workers.run(
        Math.ceilDiv(tiles, PACK_TILES),
        (task, worker) ->
            activations.pack(
                x, 0, columns, task * PACK_TILES, Math.min(tiles, (task + 1) * PACK_TILES)));
  }

  /** Frees the copies of the weights. */
  void close() {
    arena.close();
    room.release(copied);
    copied = 0;
  }

  /** A range of output channels of one of the weights. */
  @FunctionalInterface
  private interface Piece {
    void run(int weight, int fromRow, int toRow, int worker);
  }

  private void forPieces(List<Weight> weights, int size, Piece piece) {
    int tasks = 0;
    for (Weight weight : weights) {
      tasks += Math.ceilDiv(weight.rows(), size);
    }
    workers.run(
        tasks,
        (task, worker) -> {
          int index = 0;
          int at = task;
          while (at >= Math.ceilDiv(weights.get(index).rows(), size)) {
            at -= Math.ceilDiv(weights.get(index).rows(), size);
            index++;
          }
          piece.run(index, at * size, Math.min(weights.get(index).rows(), (at + 1) * size), worker);
        });
  }
}
