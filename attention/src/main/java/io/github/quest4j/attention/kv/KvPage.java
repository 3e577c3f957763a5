package io.github.quest4j.attention.kv;

import java.util.Arrays;

/**
 * A full page of a sequence, leased for itself in all groups of layers, digests included: what a
 * prefix cache keeps. New sequences begin with such pages ({@link KvCache#open(PagePool,
 * java.util.List)}). Immutable but for its end; thread-safe.
 */
public final class KvPage implements AutoCloseable {

  private static final int ABSENT = -1;

  private final PagePool pool;
  private final int logicalPage;
  private final int[] pages; // [group], ABSENT where a window has passed it
  private final DigestFormat.Common[][] common; // [layer, kvHead]
  private boolean closed;

  KvPage(PagePool pool, int logicalPage, int[] pages, DigestFormat.Common[][] common) {
    this.pool = pool;
    this.logicalPage = logicalPage;
    this.pages = pages;
    this.common = new DigestFormat.Common[common.length][];
    Arrays.setAll(this.common, layer -> common[layer].clone());
    for (int group = 0; group < pages.length; group++) {
      if (pages[group] != ABSENT) {
        pool.retain(group, pages, group, group + 1);
      }
    }
  }

  /** Which page of its sequence it is, from 0. */
  public int logicalPage() {
    return logicalPage;
  }

  /** Whether the layers of a group have it; those with a window may have passed it. */
  public boolean holds(int group) {
    return pages[group] != ABSENT;
  }

  /** Whether nobody else leases it, so that closing it frees memory. */
  public boolean lastOwner() {
    for (int group = 0; group < pages.length; group++) {
      if (pages[group] != ABSENT && pool.references(group, pages[group]) > 1) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of its keys, values and digests. */
  public long bytes() {
    long bytes = 0;
    for (int group = 0; group < pages.length; group++) {
      bytes += holds(group) ? pool.bytesPerPage(group) : 0;
    }
    return bytes;
  }

  int page(int group) {
    return pages[group];
  }

  DigestFormat.Common[][] common() {
    return common;
  }

  /** Gives the page back. Idempotent. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      for (int group = 0; group < pages.length; group++) {
        if (pages[group] != ABSENT) {
          pool.release(group, pages, group, group + 1);
        }
      }
    }
  }
}
