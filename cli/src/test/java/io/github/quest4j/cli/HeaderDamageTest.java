package io.github.quest4j.cli;

import static io.github.quest4j.cli.Ended.quest;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.model.gguf.GgufFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A real model with one bit of its header flipped: it runs, or is refused in one sentence. With
 * QUEST_TEST_FULL=1 for a thousand bits instead of forty.
 */
@Isolated("it takes the place of standard output and error")
class HeaderDamageTest {

  private static final int NUMBERS = 2_048; // the beginning: counts and the model's sizes
  private static final int DIRECTORY = 16_384; // the end: names, shapes, types and offsets

  @Test
  void aFlippedBitIsHarmless(@TempDir Path folder) throws IOException {
    Path model = ModelStore.open().resolve("smollm2");
    Path copy = Files.copy(model, folder.resolve("flipped.gguf"));
    int header = headerBytes(model);
    boolean full = "1".equals(System.getenv("QUEST_TEST_FULL"));
    SplittableRandom random = new SplittableRandom(11);
    int refused = 0;
    for (int i = 0; i < (full ? 1_000 : 40); i++) {
      int at =
          switch (i % 4) {
            case 0, 1 -> random.nextInt(NUMBERS);
            case 2 -> header - 1 - random.nextInt(DIRECTORY);
            default -> random.nextInt(header);
          };
      int bit = random.nextInt(8);
      flip(copy, at, bit);
      String where = "bit " + bit + " of byte " + at;
      Ended ended =
          quest("run", "-q", "-m", copy.toString(), "--raw", "-p", "Hello you", "-n", "2");
      if (ended.code() != 0) {
        refused++;
        assertThat(ended.code()).as(where).isEqualTo(ExitCodes.FAILED);
        assertThat(ended.out()).as(where).isEmpty();
        assertThat(ended.err())
            .as(where)
            .hasLineCount(1)
            .startsWith("quest: ")
            .doesNotContain("an error in quest itself");
      }
      flip(copy, at, bit);
    }
    assertThat(refused).as("some of the damage is seen").isPositive();
    assertThat(copy).hasSameBinaryContentAs(model);
  }

  private static int headerBytes(Path model) throws IOException {
    try (GgufFile file = GgufFile.open(model)) {
      long data = file.tensors().stream().mapToLong(tensor -> tensor.bytes()).sum();
      return Math.toIntExact(Files.size(model) - data);
    }
  }

  private static void flip(Path file, int at, int bit) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ (1 << bit))).rewind();
      channel.write(one, at);
    }
  }
}
