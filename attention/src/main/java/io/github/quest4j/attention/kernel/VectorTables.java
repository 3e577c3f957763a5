package io.github.quest4j.attention.kernel;

import static io.github.quest4j.attention.kernel.VectorShapes.FLOATS;
import static io.github.quest4j.attention.kernel.VectorShapes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Makes the tables of {@link SketchTables}, bit for bit, lanes being entries of a table. */
final class VectorTables {

  private static final float ROUND = RoughExp.ROUND;

  /** As many bytes as a float vector has lanes; there is no such vector for four. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));

  /** Sign of channel i in entry v. */
  private static final float[] SIGNS = signs(); // [4, 16]

  private VectorTables() {}

  private static float[] signs() {
    float[] signs = new float[4 * SketchTables.ENTRIES];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = (((i % SketchTables.ENTRIES) >> (i / SketchTables.ENTRIES)) & 1) != 0 ? -1 : 1;
    }
    return signs;
  }

  static void fill(SketchTables tables, int head, float[] rotated, int at) {
    if (LANES < 8) {
      tables.fill(head, rotated, at);
      return;
    }
    int dim = tables.dim();
    float inverse = tables.setStep(head, rotated, at);
    int base = head * tables.headBytes;
    byte[] entries = tables.entries;
    Arrays.fill(entries, base, base + tables.headBytes, (byte) 0);
    for (int c = 0; c < tables.rows * 8; c += 4) {
      int table = base + (c / 8) * SketchTables.ENTRIES + ((c & 4) == 0 ? 0 : tables.lowBytes());
      if (c >= dim) {
        Arrays.fill(entries, table, table + SketchTables.ENTRIES, (byte) SketchTables.BIAS);
        continue;
      }
      for (int v = 0; v < SketchTables.ENTRIES; v += LANES) {
        FloatVector sum = signed(rotated, at, c, 0, v);
        sum = sum.add(signed(rotated, at, c, 1, v));
        sum = sum.add(signed(rotated, at, c, 2, v));
        sum = sum.add(signed(rotated, at, c, 3, v));
        IntVector entry = sum.mul(inverse).add(ROUND).reinterpretAsInts().add(SketchTables.BIAS);
        ((ByteVector) entry.convertShape(VectorOperators.I2B, BYTES, 0))
            .intoArray(entries, table + v);
      }
    }
  }

  private static FloatVector signed(float[] rotated, int at, int c, int i, int v) {
    return FloatVector.fromArray(FLOATS, SIGNS, i * SketchTables.ENTRIES + v)
        .mul(rotated[at + c + i]);
  }
}
