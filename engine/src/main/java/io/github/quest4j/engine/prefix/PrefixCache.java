package io.github.quest4j.engine.prefix;

import io.github.quest4j.attention.kv.KvCache;
import io.github.quest4j.attention.kv.KvPage;
import io.github.quest4j.attention.kv.PagePool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Full pages of prompts, kept after their sequences have ended and found by their tokens: a page by
 * the hash of its tokens chained to that of the page before it, its token ids then compared, so
 * that a collision is a miss and never a wrong page.
 *
 * <p>Only what was read by prefill belongs here: keys and values of generated tokens went through
 * the decode path and differ in rounding, and a hit must not change a single token.
 *
 * <p>Not thread-safe.
 */
public final class PrefixCache implements AutoCloseable {

  /**
   * What a prompt has in the cache.
   *
   * @param pages from its first on; to be used before anything is put or released
   * @param tokens that they hold
   */
  public record Hit(List<KvPage> pages, int tokens) {

    /** Keeps an own copy. */
    public Hit {
      pages = List.copyOf(pages);
    }
  }

  /**
   * Counts since the start, and what is held now.
   *
   * @param lookups prompts looked up
   * @param hits those of which at least a page was found
   * @param tokensAsked tokens of the prompts looked up
   * @param tokensFound tokens of them that were found
   * @param released pages released for want of room
   * @param pages held now
   * @param bytes of these, digests included; of pages that running sequences share, too
   */
  public record Stats(
      long lookups,
      long hits,
      long tokensAsked,
      long tokensFound,
      long released,
      int pages,
      long bytes) {}

  private static final long SEED = 0x9E3779B97F4A7C15L;

  /** A page and where it stands in its prompt. */
  private static final class Node {
    final @Nullable Node parent; // the page before it; none for a first page
    final int[] tokens; // [pageSize]
    KvPage page;
    int children;

    Node(@Nullable Node parent, int[] tokens, KvPage page) {
      this.parent = parent;
      this.tokens = tokens;
      this.page = page;
    }
  }

  private final PagePool pool;
  private final int pageSize;
  // By hash, the least recently used first. A page is used whenever one behind it is, and later
  // than that, so that the first ones have none behind them.
  private final Map<Long, Node> nodes = new LinkedHashMap<>(16, 0.75f, true);
  private long lookups;
  private long hits;
  private long tokensAsked;
  private long tokensFound;
  private long released;
  private long bytes;

  /** An empty cache of pages of that pool. */
  public PrefixCache(PagePool pool) {
    this.pool = pool;
    this.pageSize = pool.layout().pageSize();
  }

  /**
   * Finds the longest prefix of a prompt that a sequence can begin with.
   *
   * @param limit tokens of it that may come from the cache
   */
  public Hit find(int[] prompt, int limit) {
    List<KvPage> pages = chain(prompt, limit);
    lookups++;
    hits += pages.isEmpty() ? 0 : 1;
    tokensAsked += prompt.length;
    int tokens = pages.size() * pageSize;
    tokensFound += tokens;
    return new Hit(pages, tokens);
  }

  /** Tokens that {@link #find} would find now. Counts as use of the pages, not as a lookup. */
  public int peek(int[] prompt, int limit) {
    return chain(prompt, limit).size() * pageSize;
  }

  private List<KvPage> chain(int[] prompt, int limit) {
    List<KvPage> pages = new ArrayList<>();
    List<Long> path = new ArrayList<>();
    Node before = null;
    long hash = SEED;
    for (int from = 0; from + pageSize <= Math.min(limit, prompt.length); from += pageSize) {
      long next = hash(hash, prompt, from);
      Node node = nodes.get(next);
      if (node == null || !holds(node, before, prompt, from)) {
        break;
      }
      pages.add(node.page);
      before = node;
      path.add(next);
      hash = next;
    }
    use(path);
    while (!seenPagesAreHeld(pages)) {
      pages.removeLast();
    }
    return pages;
  }

  @SuppressWarnings("ReferenceEquality") // a page of these tokens behind another page is another
  private boolean holds(Node node, @Nullable Node parent, int[] prompt, int from) {
    return node.parent == parent
        && Arrays.equals(node.tokens, 0, pageSize, prompt, from, from + pageSize);
  }

  private void use(List<Long> path) {
    for (int i = path.size() - 1; i >= 0; i--) {
      nodes.get(path.get(i));
    }
  }

  /** Whether layers with a window have the pages that the next token would see. */
  private boolean seenPagesAreHeld(List<KvPage> pages) {
    for (int group = 0; group < pool.groups(); group++) {
      int length = pages.size() * pageSize;
      for (int i = KvCache.firstPageSeen(pool, group, length); i < pages.size(); i++) {
        if (!pages.get(i).holds(group)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Keeps pages of a sequence.
   *
   * @param prompt what the sequence has read by prefill so far, at least
   * @param fromPage pages before it are in the cache already, or were not to be kept
   * @param toPage exclusive; full pages all
   */
  public void put(KvCache cache, int[] prompt, int fromPage, int toPage) {
    List<Long> path = new ArrayList<>();
    Node before = null;
    long hash = SEED;
    for (int page = 0; page < toPage; page++) {
      int from = page * pageSize;
      long next = hash(hash, prompt, from);
      Node node = nodes.get(next);
      if (node != null && !holds(node, before, prompt, from)) {
        break; // another prompt's page has the same hash: it was first
      }
      if (node == null) {
        if (page < fromPage) {
          break; // released meanwhile: what follows would never be found
        }
        node =
            new Node(before, Arrays.copyOfRange(prompt, from, from + pageSize), cache.lease(page));
        bytes += node.page.bytes();
        nodes.put(next, node);
        if (before != null) {
          before.children++;
        }
      } else if (page >= fromPage) {
        keepTheFuller(node, cache.lease(page));
      }
      path.add(next);
      before = node;
      hash = next;
    }
    use(path);
  }

  /** Pages of the same tokens are the same; layers with a window may be missing in one. */
  private void keepTheFuller(Node node, KvPage page) {
    if (page.bytes() > node.page.bytes()) {
      bytes += page.bytes() - node.page.bytes();
      node.page.close();
      node.page = page;
    } else {
      page.close();
    }
  }

  /**
   * Gives the least recently used pages back that no sequence shares.
   *
   * @param wanted how many pages, at most
   * @return how many
   */
  public int release(int wanted) {
    int done = 0;
    Iterator<Node> all = nodes.values().iterator();
    while (done < wanted && all.hasNext()) {
      Node node = all.next();
      if (node.children > 0 || !node.page.lastOwner()) {
        continue;
      }
      all.remove();
      bytes -= node.page.bytes();
      node.page.close();
      if (node.parent != null) {
        node.parent.children--;
      }
      done++;
    }
    released += done;
    return done;
  }

  /** What is held and was found. */
  public Stats stats() {
    return new Stats(lookups, hits, tokensAsked, tokensFound, released, nodes.size(), bytes);
  }

  /** Gives all pages back. */
  @Override
  public void close() {
    nodes.values().forEach(node -> node.page.close());
    nodes.clear();
    bytes = 0;
  }

  private long hash(long parent, int[] tokens, int from) {
    long hash = parent;
    for (int i = from; i < from + pageSize; i++) {
      hash = (hash ^ tokens[i]) * 0xFF51AFD7ED558CCDL;
      hash ^= hash >>> 32;
    }
    return hash;
  }
}
