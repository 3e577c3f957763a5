package io.github.quest4j.engine.schedule;

import io.github.quest4j.attention.AttentionCounters;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.engine.prefix.PrefixCache;

/** Counts of what a scheduler has done. One thread. */
final class Tally {

  long steps;
  long decodeRows;
  long promptTokens;
  long generatedTokens;
  long setBack;
  long finished;
  long cancelled;
  long failed;
  private long kvBytesRead;
  private long pagesSelected;
  private long selections;

  /** What a sequence has read, before it is closed. */
  void read(AttentionCounters counters) {
    kvBytesRead += counters.kvBytesRead() + counters.digestBytesRead();
    pagesSelected += counters.pagesSelected();
    selections += counters.selections();
  }

  SchedulerStats stats(
      int running, int waiting, PagePool pool, long kvLimit, PrefixCache.Stats prefix) {
    return new SchedulerStats(
        running,
        waiting,
        steps,
        decodeRows,
        promptTokens,
        generatedTokens,
        setBack,
        finished,
        cancelled,
        failed,
        pool.pagesInUse(),
        pool.pagesFree(),
        pool.bytesReserved(),
        kvLimit,
        kvBytesRead,
        pagesSelected,
        selections,
        prefix);
  }
}
