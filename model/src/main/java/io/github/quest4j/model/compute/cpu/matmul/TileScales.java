package io.github.quest4j.model.compute.cpu.matmul;

import static io.github.quest4j.model.compute.cpu.matmul.Lanes.WIDTH;
import static io.github.quest4j.model.compute.cpu.matmul.Lanes.floats;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.ROWS;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.blockBytes;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.headBytes;
import static io.github.quest4j.model.compute.cpu.matmul.PackedKernel.intsOfBlock;

import io.github.quest4j.attention.kernel.CompiledApart;
import io.github.quest4j.model.gguf.GgmlType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/** Unpacks scales and minima of packed rows of one type, WIDTH rows at a time. */
final class TileScales {
  private final GgmlType type;
  private final MethodHandle halfs = CompiledApart.function(MethodHandles.lookup(), "halfs");
  private final MethodHandle bytes = CompiledApart.function(MethodHandles.lookup(), "bytes");
  private final MethodHandle signedBytes =
      CompiledApart.function(MethodHandles.lookup(), "signedBytes");

  TileScales(GgmlType type) {
    this.type = type;
  }

  /**
   * Unpacks those of consecutive blocks.
   *
   * @param first address of the first block, for K-quants the first behind a head
   * @param part which of the group's rows
   * @param out receives scales {@code [units, WIDTH]} and, negative where they are subtracted,
   *     minima {@code [blocks, WIDTH]}
   */
  void unpack(long first, int part, int blocks, float[] out, int scales, int minima) {
    long next = blockBytes(type);
    long quants = 64L * intsOfBlock(type);
    long at = first + quants;
    long half = 2L * part * WIDTH;
    long head = first - headBytes(type) + half;
    try {
      switch (type) {
        case Q4_K, Q5_K -> {
          bytes.invokeExact(head, at, next, part, blocks, 1f, out, scales);
          bytes.invokeExact(head + 2L * ROWS, at + ROWS, next, part, blocks, -1f, out, minima);
        }
        case Q6_K ->
            signedBytes.invokeExact(
                head, first + quants / 2, next / 2, part, 2 * blocks, out, scales);
        case Q4_1, Q5_1 -> {
          halfs.invokeExact(at + half, next, blocks, out, scales);
          halfs.invokeExact(at + half + 2L * ROWS, next, blocks, out, minima);
        }
        default -> halfs.invokeExact(at + half, next, blocks, out, scales);
      }
    } catch (Throwable e) {
      throw CompiledApart.unchecked(e);
    }
  }

  static void halfs(long first, long next, int count, float[] out, int to) {
    long start = Lanes.address(first);
    for (int i = 0; i < count; i++) {
      Lanes.scales(start + i * next).intoArray(out, to + i * WIDTH);
    }
  }

  static void bytes(
      long head, long first, long next, int part, int count, float sign, float[] out, int to) {
    long start = Lanes.address(first);
    FloatVector d = Lanes.scales(Lanes.address(head)).mul(sign);
    for (int i = 0; i < count; i++) {
      floats(Lanes.bytes(start + i * next, part)).mul(d).intoArray(out, to + i * WIDTH);
    }
  }

  static void signedBytes(
      long head, long first, long next, int part, int count, float[] out, int to) {
    long start = Lanes.address(first);
    FloatVector d = Lanes.scales(Lanes.address(head));
    for (int i = 0; i < count; i++) {
      floats(Lanes.signedBytes(start + i * next, part)).mul(d).intoArray(out, to + i * WIDTH);
    }
  }
}
