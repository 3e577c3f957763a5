package io.github.quest4j.attention.select;

import java.util.Arrays;

/**
 * The tokens that a policy has not evicted: some early ones, and all from a token on. Evicting goes
 * by the tokens' worth, ties to the lowest token.
 */
final class KeptTokens {

  private int[] tokens = new int[0]; // ascending, all before `from`
  private int count;
  private int from; // every token from here on is kept

  /** How many of the first {@code length} tokens are kept. */
  int count(int length) {
    return count + Math.max(0, length - from);
  }

  /** Whether some of the first tokens is gone. */
  boolean evicted() {
    return count < from;
  }

  /**
   * Evicts the least worthy until {@code most} of the first {@code length} tokens are kept; the
   * last {@code recent} of them stay.
   *
   * @param worth {@code [length]}; of those that may go
   */
  void keep(float[] worth, int length, int recent, int most) {
    int excess = count(length) - most;
    if (excess <= 0) {
      return;
    }
    int cut = Math.max(0, length - recent); // tokens before it may go
    if (from < cut) {
      if (tokens.length < count + cut - from) {
        tokens = Arrays.copyOf(tokens, count + cut - from + 1);
      }
      while (from < cut) {
        tokens[count++] = from++;
      }
    }
    int candidates = count;
    while (candidates > 0 && tokens[candidates - 1] >= cut) {
      candidates--;
    }
    if (excess == 1 && candidates > 0) {
      evictOne(worth, candidates);
    } else {
      evict(worth, candidates, Math.min(excess, candidates));
    }
  }

  private void evictOne(float[] worth, int candidates) {
    int least = 0;
    for (int i = 1; i < candidates; i++) {
      if (worth[tokens[i]] <= worth[tokens[least]]) {
        least = i;
      }
    }
    System.arraycopy(tokens, least + 1, tokens, least, count - least - 1);
    count--;
  }

  private void evict(float[] worth, int candidates, int excess) {
    long[] order = new long[candidates];
    for (int i = 0; i < candidates; i++) {
      // No weight is negative, so that bits are ordered as numbers are.
      order[i] = (long) Float.floatToIntBits(worth[tokens[i]]) << 32 | ~tokens[i] & 0xffffffffL;
    }
    Arrays.sort(order);
    int[] kept = new int[count - excess];
    for (int i = excess; i < candidates; i++) {
      kept[i - excess] = ~(int) order[i];
    }
    Arrays.sort(kept, 0, candidates - excess);
    System.arraycopy(tokens, candidates, kept, candidates - excess, count - candidates);
    tokens = kept;
    count = kept.length;
  }

  /** Drops the tokens from {@code length} on; those that come in their place are new ones. */
  void cut(int length) {
    while (count > 0 && tokens[count - 1] >= length) {
      count--;
    }
    from = Math.min(from, length);
  }

  /** Lists what is kept up to and with the token at {@code position}. */
  void list(int position, int pageSize, PageList out) {
    list(tokens, count, from, position, pageSize, out);
  }

  /** Lists the first tokens and those {@code from .. position}. */
  static void list(int sinks, int from, int position, int pageSize, PageList out) {
    int[] first = new int[sinks];
    Arrays.setAll(first, i -> i);
    list(first, Math.min(sinks, from), from, position, pageSize, out);
  }

  private static void list(
      int[] tokens, int count, int from, int position, int pageSize, PageList out) {
    int i = 0;
    for (int first = 0; first <= position; first += pageSize) {
      int end = Math.min(first + pageSize, position + 1);
      long low = 0;
      long high = 0;
      int bits = 0;
      int rest = Math.max(from, first); // the tokens that need no list
      while (i < count && tokens[i] < end || rest < end) {
        int bit = (i < count && tokens[i] < end ? tokens[i++] : rest++) - first;
        low |= bit < 64 ? 1L << bit : 0;
        high |= bit < 64 ? 0 : 1L << bit - 64;
        bits++;
      }
      if (bits == end - first) {
        out.add(first / pageSize);
      } else if (bits > 0) {
        out.add(first / pageSize, low, high);
      }
    }
  }

  /** Whether some KV head of a layer has evicted a token. */
  static boolean anyEvicted(KeptTokens[] kept, int layer, int kvHeads) {
    for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
      if (kept[layer * kvHeads + kvHead].evicted()) {
        return true;
      }
    }
    return false;
  }

  static KeptTokens[] copies(KeptTokens[] kept) {
    KeptTokens[] copies = new KeptTokens[kept.length];
    Arrays.setAll(copies, i -> kept[i].copy());
    return copies;
  }

  private KeptTokens copy() {
    KeptTokens copy = new KeptTokens();
    copy.tokens = Arrays.copyOf(tokens, count);
    copy.count = count;
    copy.from = from;
    return copy;
  }
}
