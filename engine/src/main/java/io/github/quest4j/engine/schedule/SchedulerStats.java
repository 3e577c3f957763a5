package io.github.quest4j.engine.schedule;

import io.github.quest4j.engine.prefix.PrefixCache;

/**
 * What a scheduler does, and has done since its start.
 *
 * @param running sequences that hold a place in the batch now
 * @param waiting requests and sequences set back that wait now
 * @param steps forward passes
 * @param decodeRows decode rows of all steps: {@code decodeRows / steps} is the mean batch
 * @param promptTokens tokens of prompts read, those of sequences set back again
 * @param generatedTokens tokens drawn
 * @param setBack how often a sequence gave its pages up for others
 * @param finished samples that ended by themselves
 * @param cancelled samples that were cancelled
 * @param failed samples that failed
 * @param pagesUsed pages leased now, those of the prefix cache included
 * @param pagesFree pages of memory taken that nobody leases
 * @param kvBytes memory of the cache, taken from the system
 * @param kvLimit memory that the cache may take
 * @param kvBytesRead keys, values and digests read by decode steps of samples that ended
 * @param pagesSelected pages in all page lists of samples that ended
 * @param selections page lists of samples that ended
 * @param prefix the prefix cache; zeros where there is none
 */
public record SchedulerStats(
    int running,
    int waiting,
    long steps,
    long decodeRows,
    long promptTokens,
    long generatedTokens,
    long setBack,
    long finished,
    long cancelled,
    long failed,
    long pagesUsed,
    long pagesFree,
    long kvBytes,
    long kvLimit,
    long kvBytesRead,
    long pagesSelected,
    long selections,
    PrefixCache.Stats prefix) {}
