package io.github.quest4j.model.compute.cpu.matmul;

import io.github.quest4j.model.gguf.GgmlType;

/**
 * The quants of 32 columns out of a stored block, as the ints that {@link PackedKernel} reads:
 * eight of four bits in an int, six of five or four of eight, the first column lowest, six bits as
 * the highest of eight. {@link Dequantizer} says what they mean. All are from 0 on: bytes, which
 * have a sign, are raised by 128.
 *
 * <p>Whole words at a time: a copy is made once, mostly before anything is compiled.
 */
final class Quants {
  private static final int FIVES = 6; // quants of five bits in an int

  private Quants() {}

  /**
   * @param block where the block begins in {@code rows}
   * @param group which 32 columns of the block
   * @param out receives {@link PackedKernel#intsOfBlock} ints
   */
  static void read(GgmlType type, StoredRows rows, int block, int group, int[] out) {
    switch (type) {
      case Q4_0 -> nibbles(rows, block + 2, out);
      case Q4_1 -> nibbles(rows, block + 4, out);
      case Q5_0 -> fives(rows, block + 6, rows.int32(block + 2), out);
      case Q5_1 -> fives(rows, block + 8, rows.int32(block + 4), out);
      case Q8_0 -> {
        for (int i = 0; i < 8; i += 2) {
          split(rows.int64(block + 2 + 4 * i) ^ 0x8080808080808080L, i, out);
        }
      }
      case Q4_K -> {
        int at = block + 16 + (group >> 1) * 32;
        for (int i = 0; i < 4; i++) {
          out[i] = squeeze(rows.int64(at + 8 * i) >>> (group & 1) * 4);
        }
      }
      case Q5_K -> {
        int at = block + 48 + (group >> 1) * 32;
        clear(out);
        for (int i = 0; i < 32; i++) {
          int high = rows.int8(block + 16 + i) >> group & 1;
          five(i, rows.int8(at + i) >> (group & 1) * 4 & 15 | high << 4, out);
        }
      }
      case Q6_K -> {
        int at = block + (group >> 2) * 64 + (group & 1) * 32;
        int high = block + 128 + (group >> 2) * 32;
        for (int i = 0; i < 8; i += 2) {
          long low4 = rows.int64(at + 4 * i) >>> (group & 2) * 2 & 0x0f0f0f0f0f0f0f0fL;
          long high2 = rows.int64(high + 4 * i) >>> 2 * (group & 3) & 0x0303030303030303L;
          split((low4 | high2 << 4) << 2, i, out);
        }
      }
      default -> throw new IllegalArgumentException("weights are not packed in type " + type);
    }
  }

  /** 16 bytes whose low nibbles come first. */
  private static void nibbles(StoredRows rows, int at, int[] out) {
    long first = rows.int64(at);
    long second = rows.int64(at + 8);
    out[0] = squeeze(first);
    out[1] = squeeze(second);
    out[2] = squeeze(first >>> 4);
    out[3] = squeeze(second >>> 4);
  }

  /** The low nibbles of eight bytes. */
  private static int squeeze(long bytes) {
    long x = bytes & 0x0f0f0f0f0f0f0f0fL;
    x = (x | x >>> 4) & 0x00ff00ff00ff00ffL;
    x = (x | x >>> 8) & 0x0000ffff0000ffffL;
    return (int) (x | x >>> 16);
  }

  /** 16 bytes whose low nibbles come first, and the fifth bits. */
  private static void fives(StoredRows rows, int at, int fifth, int[] out) {
    clear(out);
    for (int half = 0; half < 16; half += 8) {
      long eight = rows.int64(at + half);
      for (int i = half; i < half + 8; i++, eight >>>= 8) {
        five(i, (int) (eight & 15 | (fifth >> i & 1) << 4), out);
        five(i + 16, (int) (eight >> 4 & 15 | (fifth >> i + 16 & 1) << 4), out);
      }
    }
  }

  /** Two ints of eight bytes. */
  private static void split(long both, int i, int[] out) {
    out[i] = (int) both;
    out[i + 1] = (int) (both >>> 32);
  }

  private static void clear(int[] out) {
    for (int i = 0; i < PackedKernel.BLOCK / FIVES + 1; i++) {
      out[i] = 0;
    }
  }

  private static void five(int column, int quant, int[] out) {
    out[column / FIVES] |= quant << column % FIVES * 5;
  }
}
