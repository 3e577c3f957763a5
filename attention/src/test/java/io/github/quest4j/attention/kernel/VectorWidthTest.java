package io.github.quest4j.attention.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.select.ScorerTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vector kernels in JVMs that are told of narrower vectors than the machine has. */
class VectorWidthTest {

  @ParameterizedTest
  @CsvSource({"-XX:MaxVectorSize=16, 128", "-XX:MaxVectorSize=32, 256", "-XX:UseAVX=2, 256"})
  void agreeAtEveryWidth(String flag, int bits) throws IOException, InterruptedException {
    if (VectorShapes.FLOATS.vectorBitSize() < bits) {
      System.out.println("skipped: this machine has no vectors of " + bits + " bits");
      return;
    }
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-modules",
                "jdk.incubator.vector",
                flag,
                "-cp",
                System.getProperty("java.class.path"),
                VectorWidthTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).as(output).isZero();
    assertThat(output).contains("vector, " + bits + " bits");
  }

  /** Runs the comparisons in this JVM. */
  @SuppressWarnings("JUnitMethodInvoked") // the child JVM has no test runner
  public static void main(String[] arguments) {
    System.out.println(Kernels.best().describe());
    VectorKernelsTest test = new VectorKernelsTest();
    for (int dim : List.of(4, 12, 20, 64, 80, 100)) {
      test.digestsAreTheSameBits(dim);
      test.plainLoopsMakeTheDigestsOfVectors(dim);
      test.tablesAreTheSameBytes(dim);
    }
    for (int pageSize : List.of(8, 16, 64)) {
      test.sketchScoresAgree(pageSize);
    }
    test.theExponentialOfANumberHasTheBitsOfThatOfAVector();
    test.exponentialAndLogarithmAreExactToAMillionth();
    new StoreKernelsTest().halvesAreRoundedToEvenAndSaturated();
    AttendKernelsTest attend = new AttendKernelsTest();
    for (KvType type : KvType.values()) {
      attend.partsAndScoresAgree(type);
      attend.tilesAgree(type);
      attend.plainTilesHaveTheBitsOfVectors(type);
    }
    attend.functionsOfArraysAgree();
    attend.runsWithoutATokenWeighNothing();
    ScorerTest scorers = new ScorerTest();
    ScorerTest.cases()
        .filter(c -> c.kernels().equals(Kernels.best()) && c.headDim() <= 128)
        .forEach(scorers::agreesWithTheFormula);
    System.out.println("done");
  }
}
