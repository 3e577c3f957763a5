package io.github.quest4j.evaluation;

import java.util.Map;

/**
 * One cell that was measured: a line of the results file. All maps hold what JSON can: numbers,
 * strings, booleans, lists and maps, in order.
 *
 * <p>What {@code result} holds, by task:
 *
 * <ul>
 *   <li>{@code passkey}, {@code needle}, {@code ruler}, {@code longbench}: {@code score} (0..1),
 *       {@code answer}, and the cost of reading
 *   <li>{@code perplexity}: {@code loss} (sum in nats), {@code predictions}, {@code positions} (a
 *       list of {@code {from, loss, predictions}}), and the cost of reading
 *   <li>{@code recall}: {@code layers} (a list of {@code {layer, mass, top, heads}}: the share of
 *       the true attention mass and of the true top tokens that the selection covers, means over
 *       steps; heads a list of mass shares), {@code mass}, {@code top}
 *   <li>{@code missed}: {@code cases}, {@code log_correlation}, {@code true_mean}, {@code
 *       estimated_mean}, {@code bound_below} and {@code minmax_below} (cases whose bound lies below
 *       the truth), {@code bound_ratio} (median of bound to truth), {@code bins} (a list of {@code
 *       {from, to, cases, p5, median, p95}} of the estimate by the truth), {@code layers} (a list
 *       of {@code {layer, cases, true_mean, estimated_mean, log_correlation}})
 * </ul>
 *
 * <p>The cost of reading: {@code steps} (decode steps), {@code selections}, {@code
 * tokens_read_mean} (of a list), {@code bytes_per_token} (KV cache and digests read by a decode
 * step), {@code digest_bytes_per_token}, {@code decode_s}, {@code missed_mass_mean} where
 * estimated.
 *
 * @param task its name on the command line
 * @param model the model's file name
 * @param item which question or stretch of text
 * @param labels see {@link io.github.quest4j.evaluation.task.Item#labels}
 * @param selector what chose the pages: {@code dense}, {@code quest/sketch}, {@code h2o} …
 * @param tokenBudget tokens that a step may read; 0 for dense
 * @param settings all else that decides the result: page size, seed, version of the texts …
 * @param result what was measured
 */
public record Row(
    String task,
    String model,
    String item,
    Map<String, Object> labels,
    String selector,
    int tokenBudget,
    Map<String, Object> settings,
    Map<String, Object> result) {}
