package io.github.quest4j.model.compute.cpu.matmul;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.model.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Narrower vectors, in JVMs of their own: the width is fixed when a JVM starts. */
class VectorWidthTest {
  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void narrowVectorsAgreeWithTheSpecification(int bytes) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:MaxVectorSize=" + bytes,
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                VectorWidthTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).contains("vector " + 8 * bytes + ": all agree");
    assertThat(process.exitValue()).isZero();
  }

  public static void main(String[] args) {
    ScalarMatmul scalar = new ScalarMatmul();
    VectorMatmul vector = new VectorMatmul();
    for (GgmlType type : RandomWeights.types()) {
      int columns = type.blockSize() == 1 ? 77 : type.blockSize() * 3;
      MatmulWeights w = RandomWeights.of(type, 13, columns, 2);
      float[] x = RandomWeights.activations(11 * columns, 3);
      MatmulScratch scratch = new MatmulScratch(columns);
      float[] expected = new float[11 * 13];
      DecodeActivations activations = new DecodeActivations();
      activations.prepare(x, 0, columns, 11, columns);
      scalar.few(w, activations, expected, 0, 13, 0, 13, scratch);
      float[] few = new float[11 * 13];
      float[] awaited = new float[11 * 13];
      if (vector.packedBytes(w) > 0) {
        w.promise();
        vector.few(w, activations, awaited, 0, 13, 0, 13, scratch);
        vector.pack(w, Arena.ofAuto(), (groups, work) -> work.run(0, groups));
      }
      vector.few(w, activations, few, 0, 13, 0, 13, scratch);
      if (vector.packedBytes(w) > 0 && !Arrays.equals(few, awaited)) {
        throw new AssertionError("a copy changes bits: " + type);
      }
      float[] single = new float[11 * 13];
      for (int t = 0; t < 11; t++) {
        activations.prepare(x, t * columns, columns, 1, columns);
        vector.few(w, activations, single, t * 13, 13, 0, 13, scratch);
      }
      float[] many = new float[11 * 13];
      Activations packed = vector.activations(11, columns);
      packed.prepare(x, 0, columns, 11, columns);
      vector.many(w, packed, many, 0, 13, 0, 13, scratch);
      if (!Arrays.equals(single, few)) {
        throw new AssertionError("company changes bits: " + type);
      }
      float largest = 0;
      for (float value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < expected.length; i++) {
        float error = Math.max(Math.abs(few[i] - expected[i]), Math.abs(many[i] - expected[i]));
        if (!(error < 1e-5f * largest)) {
          throw new AssertionError(type + ": " + expected[i] + ", " + few[i] + ", " + many[i]);
        }
      }
    }
    System.out.println(vector.name() + ": all agree");
  }
}
