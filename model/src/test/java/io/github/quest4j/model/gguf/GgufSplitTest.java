package io.github.quest4j.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufSplitTest {
  @TempDir Path folder;

  private final GgufWriter model =
      new GgufWriter()
          .string("general.architecture", "llama")
          .tensor("a", new float[] {1}, 1)
          .tensor("b", new float[] {2}, 1)
          .tensor("c", new float[] {3}, 1)
          .tensor("d", new float[] {4}, 1);

  @Test
  void anyPartOpensAll() {
    List<Path> parts = model.writeSplit(folder, "model", 3);
    for (Path part : parts) {
      try (GgufFile file = GgufFile.open(part)) {
        assertThat(file.paths()).isEqualTo(parts);
        assertThat(file.path()).isEqualTo(parts.getFirst());
        assertThat(file.metadata().string("general.architecture")).isEqualTo("llama");
        assertThat(file.bytes())
            .isEqualTo(parts.stream().mapToLong(p -> p.toFile().length()).sum());
        assertThat(file.tensors())
            .extracting(t -> t.data().get(ValueLayout.JAVA_FLOAT, 0))
            .containsExactly(1f, 2f, 3f, 4f);
      }
    }
  }

  @Test
  void theFirstPartMayHaveNoTensors() {
    List<Path> parts = model.writeSplit(folder, "model", 9);
    try (GgufFile file = GgufFile.open(parts.getFirst())) {
      assertThat(file.paths()).hasSize(9);
      assertThat(file.tensors()).hasSize(4);
    }
  }

  @Test
  void onePartIsAWholeModelUnderAnyName() throws IOException {
    Path part = model.writeSplit(folder, "model", 1).getFirst();
    try (GgufFile file = GgufFile.open(Files.move(part, folder.resolve("renamed.gguf")))) {
      assertThat(file.tensors()).hasSize(4);
    }
  }

  @Test
  void closingReleasesAllParts() {
    List<GgufTensor> tensors;
    try (GgufFile file = GgufFile.open(model.writeSplit(folder, "model", 3).getFirst())) {
      tensors = file.tensors();
    }
    assertThat(tensors).noneMatch(t -> t.data().scope().isAlive());
  }

  @Test
  void aMissingPartIsNamed() throws IOException {
    List<Path> parts = model.writeSplit(folder, "model", 3);
    Files.delete(parts.get(1));
    fails(
        parts.getFirst(),
        parts.get(1)
            + ": is missing beside model-00001-of-00003.gguf; all parts of a split model must be in one folder");
  }

  @Test
  void aPartOfAnotherNameIsNotGuessed() throws IOException {
    Path part = model.writeSplit(folder, "model", 3).getFirst();
    Path renamed = Files.move(part, folder.resolve("renamed.gguf"));
    fails(renamed, "is a part of a model split in 3, but is not named NAME-00001-of-00003.gguf");
  }

  @Test
  void aNameThatContradictsTheCount() throws IOException {
    Path part = model.writeSplit(folder, "model", 3).getFirst();
    Path renamed = Files.move(part, folder.resolve("model-00001-of-00004.gguf"));
    fails(renamed, renamed + ": split.count is 3, but the file's name says 00004");
  }

  @Test
  void exchangedParts() throws IOException {
    List<Path> parts = model.writeSplit(folder, "model", 3);
    Files.copy(parts.get(2), folder.resolve("other"));
    Files.move(folder.resolve("other"), overwrite(parts.get(1)));
    fails(parts.getFirst(), parts.get(1) + ": split.no is 2, but the file's name says 1");
  }

  @Test
  void aPartOfAnotherSplit() throws IOException {
    List<Path> parts = model.writeSplit(folder, "model", 3);
    Path other = model.writeSplit(folder, "other", 4).get(1);
    Files.move(other, overwrite(parts.get(1)));
    fails(parts.getFirst(), parts.get(1) + ": split.count is 4, but another part says 3");
  }

  @Test
  void anUnsplitFileInAPartsPlace() throws IOException {
    List<Path> parts = model.writeSplit(folder, "model", 3);
    model.write(parts.get(1));
    fails(parts.getFirst(), parts.get(1) + ": metadata key 'split.count' is missing");
  }

  @Test
  void aTensorInTwoParts() throws IOException {
    List<Path> parts = model.writeSplit(folder, "model", 2);
    new GgufWriter()
        .uint16("split.no", 1)
        .uint16("split.count", 2)
        .tensor("x", new float[1], 1)
        .tensor("a", new float[1], 1)
        .write(parts.get(1));
    fails(parts.getFirst(), parts.get(1) + ": tensor 'a' is in an earlier part too");
  }

  @Test
  void tooFewTensorsInAll() throws IOException {
    List<Path> parts = model.writeSplit(folder, "model", 2);
    new GgufWriter().uint16("split.no", 1).uint16("split.count", 2).write(parts.get(1));
    fails(
        parts.getFirst(),
        parts.getFirst() + ": split.tensors.count is 4, but the 2 parts have 2 tensors");
  }

  @Test
  void aDamagedPartIsNamed() throws IOException {
    List<Path> parts = model.writeSplit(folder, "model", 2);
    byte[] bytes = Files.readAllBytes(parts.get(1));
    Files.write(parts.get(1), Arrays.copyOf(bytes, 60));
    fails(parts.getFirst(), parts.get(1) + ": is truncated");
  }

  @Test
  void hostileCounts() {
    for (long count : new long[] {-1, 2_000_000_000L, 4_000_000_000L}) {
      Path path =
          new GgufWriter()
              .int64("split.count", count)
              .write(folder.resolve("model-00001-of-00002.gguf"));
      fails(path, "split.count");
    }
  }

  private static Path overwrite(Path path) throws IOException {
    Files.delete(path);
    return path;
  }

  private static void fails(Path path, String message) {
    assertThatThrownBy(() -> GgufFile.open(path))
        .isInstanceOf(GgufException.class)
        .hasMessageContaining(message);
  }
}
