package io.github.quest4j.engine.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to pull one model, held by one thread of one process. The operating system gives it
 * back when the process dies. Lock files are never deleted: a deleted one could be locked by two.
 */
final class StoreLock implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits until the lock is free; {@code waiting} is run once if it is not. */
  static StoreLock acquire(Path file, Runnable waiting) throws IOException, InterruptedException {
    StoreLock lock = tryAcquire(file);
    if (lock == null) {
      waiting.run();
    }
    while (lock == null) {
      Thread.sleep(POLL_MILLIS);
      lock = tryAcquire(file);
    }
    return lock;
  }

  /** Takes the lock if it is free. */
  static @Nullable StoreLock tryAcquire(Path file) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // held by another thread of this process
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? null : new StoreLock(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
