package io.github.quest4j.engine.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Small models, catalogues and disks. */
final class Fixtures {
  static final HttpDownload.Patience SHORT =
      new HttpDownload.Patience(
          List.of(Duration.ofMillis(1), Duration.ofMillis(1)), Duration.ofSeconds(10));
  static final HttpDownload.Patience NONE =
      new HttpDownload.Patience(List.of(), Duration.ofSeconds(10));

  private Fixtures() {}

  /** Something that begins like a GGUF file. */
  static byte[] model(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    byte[] magic = "GGUF".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, content, 0, magic.length);
    return content;
  }

  static Catalogue catalogue(byte[] content, Source... sources) {
    return new Catalogue(
        "tiny",
        List.of(
            new CatalogueModel(
                "tiny",
                "a tiny model",
                "Apache-2.0",
                URI.create("https://www.apache.org/licenses/LICENSE-2.0"),
                "tiny.gguf",
                content.length,
                Sha256.of(content),
                128,
                true,
                List.of(sources),
                null,
                null)));
  }

  static ModelStore.Settings settings(Catalogue catalogue, URI huggingFace) {
    return new ModelStore.Settings(catalogue, huggingFace, Map.of(), Disk.real(), SHORT);
  }

  static ModelStore.Settings with(ModelStore.Settings s, HttpDownload.Patience patience) {
    return new ModelStore.Settings(
        s.catalogue(), s.huggingFace(), s.environment(), s.disk(), patience);
  }

  static ModelStore.Settings with(ModelStore.Settings s, Disk disk) {
    return new ModelStore.Settings(
        s.catalogue(), s.huggingFace(), s.environment(), disk, s.patience());
  }

  static ModelStore.Settings with(ModelStore.Settings s, Map<String, String> environment) {
    return new ModelStore.Settings(
        s.catalogue(), s.huggingFace(), environment, s.disk(), s.patience());
  }

  /** All regular files below {@code folder}, but for lock files, relative and sorted. */
  static List<String> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(file -> !file.startsWith("locks/"))
          .sorted()
          .toList();
    }
  }

  /** A disk that says it has {@code usable} bytes and takes {@code quota} bytes. */
  static Disk disk(long usable, long quota) {
    Disk real = Disk.real();
    return new Disk() {
      private long left = quota;

      @Override
      public long usableBytes(Path folder) {
        return usable;
      }

      @Override
      public OutputStream open(Path file, boolean append) throws IOException {
        return new FilterOutputStream(real.open(file, append)) {
          @Override
          public void write(byte[] buffer, int offset, int length) throws IOException {
            if (length > left) {
              throw new IOException("No space left on device");
            }
            left -= length;
            out.write(buffer, offset, length);
          }
        };
      }

      @Override
      public void sync(Path file) throws IOException {
        real.sync(file);
      }
    };
  }

  /** Keeps what it hears. */
  static class Ears implements PullListener {
    final List<String> activities = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    long last;
    long total;

    @Override
    public void begin(String activity, long totalBytes) {
      activities.add(activity);
      total = totalBytes;
    }

    @Override
    public void progress(long bytes) {
      last = bytes;
    }

    @Override
    public void note(String sentence) {
      notes.add(sentence);
    }
  }
}
