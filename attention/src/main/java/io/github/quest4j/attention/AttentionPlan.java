package io.github.quest4j.attention;

import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.attention.select.PageList;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of attention: made once per step, run per layer.
 *
 * <p>Prompt pieces attend densely and causally; decode rows read what their sequence's policy
 * selects. The result of a row depends on its own sequence only, bit for bit: not on the threads,
 * on the other rows or on how a prompt was cut.
 */
public final class AttentionPlan {

  private final PagedAttention attention;
  private final List<PagedAttention.Item> items = new ArrayList<>();
  private final PrefillStep prefill;
  private final DecodeStep decode;
  private int rows;
  private boolean open;

  AttentionPlan(PagedAttention attention) {
    this.attention = attention;
    this.prefill = new PrefillStep(attention);
    this.decode = new DecodeStep(attention);
  }

  void begin(List<PagedAttention.Item> step) {
    if (open) {
      throw new IllegalStateException("the plan before was neither committed nor rolled back");
    }
    items.clear();
    prefill.clear();
    decode.clear();
    int row = 0;
    try {
      for (PagedAttention.Item item : step) {
        item.sequence().cache().extend(item.tokens());
        items.add(item);
        if (item.prefill()) {
          prefill.add(item.sequence(), row, item.tokens());
        } else {
          decode.add(item.sequence(), row);
        }
        row += item.tokens();
      }
      rows = row;
      open = true;
    } finally {
      if (!open) {
        rollBack();
      }
    }
  }

  /**
   * Appends keys and values of the new tokens to a layer and attends.
   *
   * @param q {@code [rows, queryHeads, headDim]}, rows {@code qStride} apart, after RoPE, unscaled
   * @param k {@code [rows, kvHeads, headDim]}, rows {@code kvStride} apart, after RoPE
   * @param v likewise
   * @param out {@code [rows, queryHeads, headDim]}, rows {@code outStride} apart
   * @throws IllegalArgumentException if an array is too small for the step's rows
   */
  public void run(
      int layer,
      float[] q,
      int qStride,
      float[] k,
      float[] v,
      int kvStride,
      float[] out,
      int outStride) {
    requireOpen();
    LayerShape shape = attention.pool.layout().layers().get(layer);
    int width = attention.shape.queryHeads() * shape.headDim();
    requireRows("queries", q.length, qStride, width);
    requireRows("keys", k.length, kvStride, shape.kvHeads() * shape.headDim());
    requireRows("values", v.length, kvStride, shape.kvHeads() * shape.headDim());
    requireRows("results", out.length, outStride, width);
    int row = 0;
    for (int i = 0; i < items.size(); i++) {
      PagedAttention.Item item = items.get(i);
      int at = row * kvStride;
      item.sequence()
          .cache()
          .append(layer, k, at, v, at, kvStride, item.tokens(), attention.workers);
      row += item.tokens();
    }
    prefill.run(layer, q, qStride, out, outStride);
    decode.run(layer, q, qStride, out, outStride);
  }

  private void requireRows(String what, int length, int stride, int width) {
    if (stride < width || (rows > 0 && length < (rows - 1L) * stride + width)) {
      throw new IllegalArgumentException(
          what
              + " of "
              + length
              + " floats do not hold "
              + rows
              + " rows of "
              + width
              + " with stride "
              + stride);
    }
  }

  /** Where the decode rows of all steps of this plan's attention spent their time. */
  public AttentionTimes times() {
    return decode.times();
  }

  /** Ends the step: its tokens become part of their sequences. */
  public void commit() {
    requireOpen();
    for (int i = 0; i < items.size(); i++) {
      items.get(i).sequence().cache().commit();
    }
    decode.count();
    open = false;
  }

  /** Gives the step up: its sequences are as before. */
  public void rollback() {
    requireOpen();
    rollBack();
  }

  private void rollBack() {
    for (PagedAttention.Item item : items) {
      item.sequence().cache().rollback();
      // A policy may have seen weights of tokens that are gone.
      item.sequence().state().truncate(item.sequence().cache().length());
    }
    open = false;
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the plan has ended");
    }
  }

  /**
   * What the decode rows read in the layer run last.
   *
   * @param row which decode row of the step
   * @return a list per KV head, or per query head where each has its own; empty where everything
   *     was read
   */
  public List<PageList> selected(int row) {
    return decode.selected(row);
  }

  /**
   * The scores by which those lists were chosen.
   *
   * @return {@code [pages - 1]}: of the pages before the current one
   */
  public float[] scores(int row, int list) {
    return decode.scores(row, list);
  }

  /**
   * The log-sum-exp of the scaled scores over the pages read, of one query head in the layer run
   * last.
   */
  public float logSumExp(int row, int queryHead) {
    return decode.logSumExp(row, queryHead);
  }
}
