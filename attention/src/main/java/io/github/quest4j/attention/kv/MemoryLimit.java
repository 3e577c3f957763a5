package io.github.quest4j.attention.kv;

import java.util.concurrent.atomic.AtomicLong;

/**
 * An upper bound on off-heap memory, shared by everything that takes some. Memory is reserved here
 * before it is allocated. Thread-safe.
 */
public final class MemoryLimit {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  private MemoryLimit(long limit) {
    this.limit = limit;
  }

  /**
   * A limit of {@code bytes}.
   *
   * @throws IllegalArgumentException if {@code bytes} is not positive
   */
  public static MemoryLimit of(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("memory limit is not positive: " + bytes);
    }
    return new MemoryLimit(bytes);
  }

  /**
   * Accounts for {@code bytes} that are about to be allocated.
   *
   * @throws OutOfMemoryLimitException if they do not fit; nothing is reserved then
   */
  public void reserve(long bytes) {
    requireSize(bytes);
    while (true) {
      long before = used.get();
      if (bytes > limit - before) {
        throw new OutOfMemoryLimitException(limit, before, bytes);
      }
      if (used.compareAndSet(before, before + bytes)) {
        return;
      }
    }
  }

  /** Gives back {@code bytes} that were reserved and are freed now. */
  public void release(long bytes) {
    requireSize(bytes);
    long after = used.addAndGet(-bytes);
    if (after < 0) {
      throw new IllegalStateException("more memory released than reserved: " + -after + " bytes");
    }
  }

  /** Bytes reserved now. */
  public long used() {
    return used.get();
  }

  /** Bytes that may be reserved in all. */
  public long limit() {
    return limit;
  }

  private static void requireSize(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("memory size is negative: " + bytes);
    }
  }
}
