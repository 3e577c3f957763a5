package io.github.quest4j.attention.kv;

import io.github.quest4j.attention.work.Workers;
import java.util.Arrays;
import java.util.List;

/**
 * Keys and values of one sequence: the tables of the pages it leases.
 *
 * <p>A step is {@link #extend}, one {@link #append} per layer, then {@link #commit} or {@link
 * #rollback}. Append is the only way a key gets into a page, and it seals the digest of every page
 * that it fills, so no path can forget one. Not thread-safe; the kernels of a step may read it from
 * several threads.
 */
public final class KvCache implements AutoCloseable {

  private final PagePool pool;
  private final int pageSize;
  private final PageTable[] tables; // [group]
  private final int[] written; // [layer], tokens in the layer's pages
  private final DigestFormat.Common[][] common; // [layer, kvHead], of a full first page
  private int length;
  private int extent;
  private boolean closed;

  private KvCache(PagePool pool, PageTable[] tables, DigestFormat.Common[][] common, int length) {
    this.common = common;
    this.pool = pool;
    this.pageSize = pool.layout().pageSize();
    this.tables = tables;
    this.written = new int[pool.layout().layers().size()];
    this.length = length;
    this.extent = length;
    Arrays.fill(written, length);
  }

  /** An empty sequence. */
  public static KvCache open(PagePool pool) {
    PageTable[] tables = new PageTable[pool.groups()];
    for (int group = 0; group < tables.length; group++) {
      tables[group] = new PageTable();
    }
    List<LayerShape> layers = pool.layout().layers();
    DigestFormat.Common[][] common = new DigestFormat.Common[layers.size()][];
    for (int layer = 0; layer < common.length; layer++) {
      common[layer] = new DigestFormat.Common[layers.get(layer).kvHeads()];
      Arrays.fill(common[layer], DigestFormat.Common.NOTHING);
    }
    return new KvCache(pool, tables, common, 0);
  }

  /**
   * A sequence that begins with pages of another one, which it shares; it has as many tokens as
   * they hold.
   *
   * @param prefix the pages from the first on, each a successor of the one before it in one and the
   *     same sequence; of the layers with a window, those that the next token sees must be held
   * @throws IllegalArgumentException if a page is out of order, or one that is needed is not held
   */
  public static KvCache open(PagePool pool, List<KvPage> prefix) {
    KvCache cache = open(pool);
    int length = prefix.size() * cache.pageSize;
    for (int i = 0; i < prefix.size(); i++) {
      if (prefix.get(i).logicalPage() != i) {
        throw new IllegalArgumentException(
            "page " + i + " of a prefix is page " + prefix.get(i).logicalPage());
      }
      for (int group = 0; group < cache.tables.length; group++) {
        if (i >= firstPageSeen(pool, group, length) && !prefix.get(i).holds(group)) {
          throw new IllegalArgumentException(
              "page " + i + " of a prefix is not held for layers of a window that sees it");
        }
      }
    }
    if (prefix.isEmpty()) {
      return cache;
    }
    for (int group = 0; group < cache.tables.length; group++) {
      PageTable table = cache.tables[group];
      table.ensure(prefix.size());
      table.count = prefix.size();
      table.first = firstPageSeen(pool, group, length);
      for (int i = table.first; i < table.count; i++) {
        table.pages[i] = prefix.get(i).page(group);
      }
      pool.retain(group, table.pages, table.first, table.count);
    }
    DigestFormat.Common[][] same = prefix.getFirst().common();
    Arrays.setAll(cache.common, layer -> same[layer].clone());
    cache.length = length;
    cache.extent = length;
    Arrays.fill(cache.written, length);
    return cache;
  }

  /** First logical page of a group that the token after {@code length} tokens sees. */
  public static int firstPageSeen(PagePool pool, int group, int length) {
    int window = pool.window(group);
    return window == 0 ? 0 : Math.max(0, length - window + 1) / pool.layout().pageSize();
  }

  /**
   * Leases one of the sequence's pages for itself.
   *
   * @throws IllegalArgumentException if the page is not full, or a step is under way
   */
  public KvPage lease(int logicalPage) {
    requireOpen();
    requireNoStep("lease a page");
    if (logicalPage < 0 || logicalPage >= length / pageSize) {
      throw new IllegalArgumentException(
          "page " + logicalPage + " is not one of the " + length / pageSize + " full ones");
    }
    int[] pages = new int[tables.length];
    for (int group = 0; group < tables.length; group++) {
      pages[group] = logicalPage < tables[group].first ? -1 : tables[group].pages[logicalPage];
    }
    return new KvPage(pool, logicalPage, pages, common);
  }

  /** The pool its pages come from. */
  public PagePool pool() {
    return pool;
  }

  /** Committed tokens. */
  public int length() {
    return length;
  }

  /** Committed tokens and those of the step under way. */
  public int extent() {
    return extent;
  }

  /** Logical pages of the sequence up to {@link #extent}, whatever layers have released. */
  public int sequencePages() {
    return pagesFor(extent);
  }

  /** Bytes of the keys and values held, pages shared with other sequences included. */
  public long bytes() {
    long bytes = 0;
    for (int group = 0; group < tables.length; group++) {
      bytes += held(group) * (pool.bytesPerPage(group) - pool.digestBytesPerPage(group));
    }
    return bytes;
  }

  /** Bytes of the digests of the pages held. */
  public long digestBytes() {
    long bytes = 0;
    for (int group = 0; group < tables.length; group++) {
      bytes += held(group) * pool.digestBytesPerPage(group);
    }
    return bytes;
  }

  private int held(int group) {
    return tables[group].count - tables[group].first;
  }

  /** Logical pages of a layer up to {@link #extent}, released ones included. */
  public int pages(int layer) {
    return tables[pool.group(layer)].count;
  }

  /** First logical page of a layer that is still kept; 0 unless the layer has a window. */
  public int firstPage(int layer) {
    return tables[pool.group(layer)].first;
  }

  /** Leading logical pages of a layer that are full, and so have a digest. */
  public int sealedPages(int layer) {
    return written[layer] / pageSize;
  }

  /** Physical page of a logical page in {@code firstPage(layer) .. pages(layer)-1}. */
  public int page(int layer, int logicalPage) {
    return tables[pool.group(layer)].pages[logicalPage];
  }

  /** What the digests of a KV head have in common, once its first page is full. */
  public DigestFormat.Common common(int layer, int kvHead) {
    return common[layer][kvHead];
  }

  /** Tokens of a logical page up to {@link #extent}. */
  public int tokensIn(int layer, int logicalPage) {
    return Math.min(pageSize, extent - logicalPage * pageSize);
  }

  /**
   * Begins a step of {@code tokens} tokens: leases their pages in all groups, and an own copy of
   * the last page where that is shared and not full.
   *
   * @throws OutOfPagesException if the memory limit does not allow it; the cache is unchanged
   */
  public void extend(int tokens) {
    requireOpen();
    requireNoStep("extend");
    if (tokens < 1) {
      throw new IllegalArgumentException("tokens to extend by is not positive: " + tokens);
    }
    if (tokens > Integer.MAX_VALUE - pageSize - length) {
      throw new IllegalArgumentException("sequence too long: " + length + " + " + tokens);
    }
    int wanted = pagesFor(length + tokens);
    int group = 0;
    try {
      for (; group < tables.length; group++) {
        lease(group, wanted);
      }
    } catch (OutOfMemoryLimitException | OutOfMemoryError e) {
      for (int g = 0; g < group; g++) {
        pool.release(g, tables[g].pages, tables[g].count, wanted);
      }
      throw new OutOfPagesException(tokens, e);
    }
    for (PageTable table : tables) {
      table.count = wanted;
    }
    extent = length + tokens;
  }

  // A copy of the last page is leased behind the new pages first, so that nothing has changed when
  // there is no room for it.
  private void lease(int group, int wanted) {
    PageTable table = tables[group];
    table.ensure(wanted + 1);
    int used = length % pageSize;
    int last = table.count - 1;
    boolean copy = used != 0 && pool.references(group, table.pages[last]) > 1;
    pool.lease(group, table.pages, table.count, copy ? wanted + 1 : wanted);
    if (copy) {
      // The first of the leased pages takes the last page's place, so the run stays in order.
      int shared = table.pages[last];
      pool.copy(group, shared, table.pages[table.count], used);
      System.arraycopy(table.pages, table.count, table.pages, last, wanted + 1 - table.count);
      table.pages[wanted] = shared;
      pool.release(group, table.pages, wanted, wanted + 1);
    }
  }

  /** Pages that {@link #extend} would lease in each group at most, an own copy of one included. */
  public int pagesToExtend(int tokens) {
    return pagesFor(length + tokens) - pagesFor(length) + (length % pageSize == 0 ? 0 : 1);
  }

  /**
   * Writes the keys and values of the step's tokens into a layer's pages, and seals the digest of
   * every page that becomes full.
   *
   * @param keys {@code [tokens, kvHeads * headDim]} at {@code keyOffset}, rows {@code rowStride}
   *     apart, after RoPE
   * @param values likewise
   * @param tokens those given to {@link #extend}
   * @param workers share the pages of a long step; must not be running
   */
  public void append(
      int layer,
      float[] keys,
      int keyOffset,
      float[] values,
      int valueOffset,
      int rowStride,
      int tokens,
      Workers workers) {
    if (tokens < 1 || tokens != extent - length) {
      throw new IllegalStateException(
          "append of " + tokens + " tokens in a step of " + (extent - length));
    }
    if (written[layer] != length) {
      throw new IllegalStateException("layer " + layer + " was already appended in this step");
    }
    int row = pool.layout().layers().get(layer).kvHeads();
    row *= pool.layout().layers().get(layer).headDim();
    long span = (long) (tokens - 1) * rowStride + row;
    if (rowStride < row
        || keyOffset < 0
        || valueOffset < 0
        || keyOffset + span > keys.length
        || valueOffset + span > values.length) {
      throw new IllegalArgumentException(
          "keys or values do not hold " + tokens + " rows of " + row + " with stride " + rowStride);
    }
    PageWriter.Rows rows =
        new PageWriter.Rows(keys, keyOffset, values, valueOffset, rowStride, length, extent);
    int first = length / pageSize;
    int last = (extent - 1) / pageSize;
    if (first == 0 || first == last) { // digests of other pages need what the first one tells
      appendPage(layer, first, rows);
      first++;
    }
    if (first <= last) {
      int from = first;
      workers.run(last - from + 1, (index, worker) -> appendPage(layer, from + index, rows));
    }
    written[layer] = extent;
  }

  private void appendPage(int layer, int logicalPage, PageWriter.Rows rows) {
    int page = tables[pool.group(layer)].pages[logicalPage];
    PageWriter.write(pool, layer, logicalPage, page, rows, common[layer]);
  }

  /**
   * Ends the step: its tokens become part of the sequence. Layers with a window release the pages
   * that no later query can see.
   *
   * @throws IllegalStateException if a layer was not appended
   */
  public void commit() {
    requireOpen();
    for (int layer = 0; layer < written.length; layer++) {
      if (written[layer] != extent) {
        throw new IllegalStateException("layer " + layer + " was not appended in this step");
      }
    }
    length = extent;
    for (int group = 0; group < tables.length; group++) {
      PageTable table = tables[group];
      int first = firstPageSeen(pool, group, length);
      if (first > table.first) {
        pool.release(group, table.pages, table.first, first);
        table.first = first;
      }
    }
  }

  private int firstTokenSeen(int group, int position) {
    int window = pool.window(group);
    return window == 0 ? 0 : Math.max(0, position - window + 1);
  }

  /** Gives the step under way up: the sequence is as it was before {@link #extend}. Idempotent. */
  public void rollback() {
    requireOpen();
    shrink(length);
  }

  /**
   * Keeps the first {@code length} tokens.
   *
   * @throws IllegalArgumentException if that is negative or beyond the sequence
   * @throws IllegalStateException if a layer with a window has released tokens that the next query
   *     would see, or a step is under way; nothing has changed then
   */
  public void truncate(int length) {
    requireOpen();
    requireNoStep("truncate");
    if (length < 0 || length > this.length) {
      throw new IllegalArgumentException(
          "length to truncate to is not in 0.." + this.length + ": " + length);
    }
    for (int group = 0; group < tables.length; group++) {
      int kept = tables[group].first * pageSize;
      if (kept > firstTokenSeen(group, length)) {
        throw new IllegalStateException(
            "cannot truncate to "
                + length
                + " tokens: the layers with a window of "
                + pool.window(group)
                + " released what lies before token "
                + kept);
      }
    }
    shrink(length);
  }

  private void shrink(int length) {
    int pages = pagesFor(length);
    for (int group = 0; group < tables.length; group++) {
      PageTable table = tables[group];
      pool.release(group, table.pages, pages, table.count);
      table.count = pages;
    }
    this.length = length;
    extent = length;
    Arrays.fill(written, length);
  }

  /** A second sequence with the same tokens; it shares all pages until one of the two writes. */
  public KvCache fork() {
    requireOpen();
    requireNoStep("fork");
    PageTable[] copies = new PageTable[tables.length];
    for (int group = 0; group < tables.length; group++) {
      copies[group] = new PageTable(tables[group]);
      pool.retain(group, copies[group].pages, copies[group].first, copies[group].count);
    }
    DigestFormat.Common[][] sameCommon = new DigestFormat.Common[common.length][];
    Arrays.setAll(sameCommon, layer -> common[layer].clone());
    return new KvCache(pool, copies, sameCommon, length);
  }

  /** Gives all pages back. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int group = 0; group < tables.length; group++) {
      PageTable table = tables[group];
      pool.release(group, table.pages, table.first, table.count);
      table.first = 0;
      table.count = 0;
    }
    length = 0;
    extent = 0;
    Arrays.fill(written, 0);
  }

  private int pagesFor(int tokens) {
    return (tokens + pageSize - 1) / pageSize;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the sequence is closed");
    }
  }

  private void requireNoStep(String operation) {
    if (extent != length) {
      throw new IllegalStateException(
          operation + " while a step is under way; commit or roll back");
    }
  }
}
