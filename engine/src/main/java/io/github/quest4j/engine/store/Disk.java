package io.github.quest4j.engine.store;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a pull writes: real, or in tests as small as wanted. */
interface Disk {

  /** The bytes that may still be written below {@code folder}. */
  long usableBytes(Path folder) throws IOException;

  /** Opens a file for writing at its end, or anew. */
  OutputStream open(Path file, boolean append) throws IOException;

  /** Makes what was written last beyond a power cut. */
  void sync(Path file) throws IOException;

  /** The machine's file systems. */
  static Disk real() {
    return new Disk() {
      @Override
      public long usableBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
      }

      @Override
      public OutputStream open(Path file, boolean append) throws IOException {
        // Not Files.newOutputStream: its channel would be closed by an interrupt in mid-write.
        return new FileOutputStream(file.toFile(), append);
      }

      @Override
      public void sync(Path file) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
          out.getFD().sync();
        }
      }
    };
  }

  /** Fails with a sentence unless {@code bytes} more fit below {@code folder}, which exists. */
  default void require(Path folder, long bytes) throws IOException {
    long usable = usableBytes(folder);
    if (bytes > usable) {
      throw new ModelStoreException.Full(
          "the disk is too full: "
              + Sizes.of(bytes)
              + " are needed in "
              + folder
              + " and "
              + Sizes.of(usable)
              + " are free; free some or set QUEST_HOME to a folder on another disk");
    }
  }

  /** The exception for a write that failed. */
  default ModelStoreException writeFailed(Path file, IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (reason.contains("No space left") || reason.contains("quota")) {
      return new ModelStoreException.Full(
          "the disk is full: "
              + file
              + " cannot grow; free some space or set QUEST_HOME to a folder on another disk",
          e);
    }
    return new ModelStoreException("cannot write " + file + ": " + reason, e);
  }
}
