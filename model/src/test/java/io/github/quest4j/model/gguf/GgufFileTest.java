package io.github.quest4j.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
  @TempDir Path folder;

  @Test
  @SuppressWarnings("MustBeClosedChecker") // whether the model closes the arena is what is tested
  void aModelMayLieInMemoryAndTakesItsArenaWithIt() {
    byte[] bytes =
        new GgufWriter()
            .string("general.architecture", "llama")
            .tensor("a", new float[] {1, 2}, 2)
            .toBytes();
    Arena arena = Arena.ofShared();
    try (GgufFile file = GgufFile.of("made", copy(bytes, arena), arena)) {
      assertThat(file.path()).isEqualTo(Path.of("made"));
      assertThat(file.tensor("a").data().isReadOnly()).isTrue();
      assertThat(file.tensor("a").data().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, 2);
    }
    assertThat(arena.scope().isAlive()).isFalse();

    Arena unsound = Arena.ofShared();
    MemorySegment cut = copy(Arrays.copyOf(bytes, bytes.length / 2), unsound);
    assertThatThrownBy(() -> GgufFile.of("cut", cut, unsound))
        .isInstanceOf(GgufException.class)
        .hasMessageStartingWith("cut");
    assertThat(unsound.scope().isAlive()).isFalse();
  }

  private static MemorySegment copy(byte[] bytes, Arena arena) {
    return arena.allocate(bytes.length, 64).copyFrom(MemorySegment.ofArray(bytes));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void tensorsKeepTheirOrderShapeAndBytes(int version) {
    byte[] blocks = new byte[2 * 18];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = (byte) (i - 7);
    }
    GgufWriter writer =
        new GgufWriter()
            .version(version)
            .string("general.architecture", "llama")
            .tensor("b", new float[] {1, 2, 3, 4, 5, 6}, 3, 2)
            .tensor("a", GgmlType.Q4_0, blocks, 32, 2)
            .tensor("scalar", new float[] {0.5f}, 1)
            .tensor("ids", GgmlType.I32, new byte[4], 1);
    Path path = writer.write(folder.resolve("model.gguf"));
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.version()).isEqualTo(version);
      assertThat(file.path()).isEqualTo(path);
      assertThat(file.paths()).containsExactly(path);
      assertThat(file.bytes()).isEqualTo(path.toFile().length());
      assertThat(file.metadata().string("general.architecture")).isEqualTo("llama");
      assertThat(file.tensors())
          .extracting(GgufTensor::name)
          .containsExactly("b", "a", "scalar", "ids");

      GgufTensor b = file.tensor("b");
      assertThat(b.columns()).isEqualTo(3);
      assertThat(b.rows()).isEqualTo(2);
      assertThat(b.elements()).isEqualTo(6);
      assertThat(b.rowBytes()).isEqualTo(12);
      assertThat(b.bytes()).isEqualTo(24);
      assertThat(b.data().isReadOnly()).isTrue();
      assertThat(b.data().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(b).hasToString("b F32 [3, 2]");

      GgufTensor a = file.tensor("a", 32, 2, 1);
      assertThat(a.type()).isEqualTo(GgmlType.Q4_0);
      assertThat(a.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(blocks);
      assertThat(a.data().address() % 32).isZero();
    }
  }

  @Test
  void aMissingTensorIsNamed() {
    try (GgufFile file = open(new GgufWriter().tensor("a", new float[4], 4))) {
      assertThat(file.contains("a")).isTrue();
      assertThat(file.contains("b")).isFalse();
      assertThat(file.optionalTensor("b")).isEmpty();
      assertThatThrownBy(() -> file.tensor("b"))
          .isInstanceOf(GgufException.class)
          .hasMessage(file.path() + ": tensor 'b' is missing");
    }
  }

  @Test
  void aShapeThatTheModelDoesNotExpectIsNamed() {
    try (GgufFile file = open(new GgufWriter().tensor("a", new float[6], 3, 2))) {
      assertThatThrownBy(() -> file.tensor("a", 2, 3))
          .isInstanceOf(GgufException.class)
          .hasMessage(file.path() + ": tensor 'a' has shape [3, 2]; expected [2, 3]");
    }
  }

  @Test
  void anUnsupportedTypeIsListedAndNamedWhenAskedFor() {
    byte[] block = new byte[GgmlType.IQ2_XXS.blockBytes()];
    try (GgufFile file = open(new GgufWriter().tensor("a", GgmlType.IQ2_XXS, block, 256))) {
      assertThat(file.tensors()).hasSize(1);
      assertThat(file.contains("a")).isTrue();
      assertThatThrownBy(() -> file.optionalTensor("a"))
          .isInstanceOf(GgufException.class)
          .hasMessageContaining("tensor 'a' has type IQ2_XXS, which is not supported");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 32, 64, 4096})
  void tensorsStartAtTheAlignmentOfTheFile(int alignment) {
    GgufWriter writer =
        new GgufWriter()
            .alignment(alignment)
            .tensor("a", new float[] {1}, 1)
            .tensor("b", new float[] {2, 3}, 2);
    try (GgufFile file = open(writer)) {
      MemorySegment a = file.tensor("a").data();
      MemorySegment b = file.tensor("b").data();
      assertThat(b.address() - a.address()).isEqualTo(alignment);
      assertThat(a.address() % alignment).isZero();
      assertThat(b.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(2, 3);
    }
  }

  @Test
  void aVocabularyWithoutTensorsIsAModelFile() {
    try (GgufFile file = open(new GgufWriter().string("general.architecture", "llama"))) {
      assertThat(file.tensors()).isEmpty();
    }
    try (GgufFile file = open(new GgufWriter())) {
      assertThat(file.metadata().keys()).isEmpty();
    }
  }

  @Test
  void closingReleasesTheMapping() {
    GgufWriter writer =
        new GgufWriter()
            .string("s", "kept")
            .strings("strings", List.of("a"))
            .ints("ints", 1)
            .tensor("a", new float[4], 4);
    GgufFile file = open(writer);
    MemorySegment data = file.tensor("a").data();
    assertThat(file.isClosed()).isFalse();
    file.close();
    file.close();
    assertThat(file.isClosed()).isTrue();
    assertThat(data.scope().isAlive()).isFalse();
    assertThatThrownBy(() -> data.get(ValueLayout.JAVA_FLOAT, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> file.metadata().strings("strings").get(0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> file.metadata().ints("ints"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(file.metadata().string("s")).isEqualTo("kept");
  }

  @Test
  void thingsThatAreNoFiles() throws IOException {
    fails(folder, "is a directory");
    fails(folder.resolve("missing.gguf"), "there is no such file");
    fails(Files.createFile(folder.resolve("empty.gguf")), "is empty");
    Path device = Path.of("/dev/zero");
    if (Files.exists(device)) {
      fails(device, "is not a regular file");
    }
  }

  @Test
  void filesOfOtherKinds() throws IOException {
    fails(text("PK\u0003\u0004zip"), "is not a GGUF file: it begins with 'PK??zip'");
    fails(text("<!DOCTYPE html>"), "is not a GGUF file: it looks like a web page");
    fails(text("version https://git-lfs.github.com/spec/v1"), "it is a Git LFS pointer");
    fails(text("GG"), "is truncated: the magic number needs 4 bytes at offset 0");
  }

  private Path text(String content) throws IOException {
    return Files.writeString(folder.resolve("text.gguf"), content);
  }

  private GgufFile open(GgufWriter writer) {
    return GgufFile.open(writer.write(folder.resolve("model.gguf")));
  }

  private static void fails(Path path, String message) {
    assertThatThrownBy(() -> GgufFile.open(path))
        .isInstanceOf(GgufException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(message);
  }
}
