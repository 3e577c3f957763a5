package io.github.quest4j.engine;

import io.github.quest4j.attention.AttentionCounters;
import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.kv.KvCache;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a generation made, and what it cost.
 *
 * @param promptTokens tokens of the prompt
 * @param cachedTokens those of them that had been read for an earlier request
 * @param tokens ids generated, without the end-of-generation token
 * @param text what they say, without a stop string
 * @param finishReason why it ended
 * @param attention how decode steps attended
 * @param timing seconds, prefill and decode apart
 * @param kv the cache and what was read of it
 */
public record GenerationResult(
    int promptTokens,
    int cachedTokens,
    List<Integer> tokens,
    String text,
    FinishReason finishReason,
    AttentionOptions attention,
    Timing timing,
    KvUse kv) {

  /** Keeps an own copy. */
  public GenerationResult {
    tokens = List.copyOf(tokens);
  }

  /**
   * Whether sparse attention was asked for and no step ever chose among pages: what was run is
   * dense attention, and says nothing about sparse.
   */
  public boolean nothingSelected() {
    return attention.sparse() && kv.selections() == 0;
  }

  /**
   * Where the time went.
   *
   * @param prefillSeconds reading the prompt
   * @param prefillTokens tokens read by prefill
   * @param decodeSeconds in decode steps
   * @param decodeSteps decode steps taken; the first token comes from the prompt's own logits and
   *     needs none
   */
  public record Timing(
      double prefillSeconds, int prefillTokens, double decodeSeconds, int decodeSteps) {

    /** Tokens of the prompt per second. */
    public double prefillSpeed() {
      return prefillSeconds > 0 ? prefillTokens / prefillSeconds : 0;
    }

    /** Decode steps per second. */
    public double decodeSpeed() {
      return decodeSeconds > 0 ? decodeSteps / decodeSeconds : 0;
    }
  }

  /**
   * The KV cache of a generation at its end, and what its decode steps read.
   *
   * @param bytes of keys and values held
   * @param digestBytes of page digests held
   * @param bytesReadPerToken of keys, values and digests read in a decode step, mean
   * @param pages of the sequence at the end
   * @param pagesSelectedMean pages that a list had, mean over the lists chosen; {@code pages} where
   *     none was chosen
   * @param tokensSelectedMean tokens that a list had, the step's own included, mean over the lists
   *     chosen; those of the sequence where none was chosen
   * @param selections lists of pages chosen, over all steps and layers; 0 says that nothing was
   *     sparse
   * @param missedMassMean estimated share of the attention on pages not read, mean; empty where the
   *     scorer gives none
   * @param missedMassP95 its 95th percentile
   * @param missedMassLayers the mean by layer, layers without an estimate left out
   */
  public record KvUse(
      long bytes,
      long digestBytes,
      double bytesReadPerToken,
      int pages,
      double pagesSelectedMean,
      double tokensSelectedMean,
      long selections,
      OptionalDouble missedMassMean,
      OptionalDouble missedMassP95,
      List<LayerMissed> missedMassLayers) {

    /** Of a generation that never began. */
    public static final KvUse NOTHING =
        new KvUse(0, 0, 0, 0, 0, 0, 0, OptionalDouble.empty(), OptionalDouble.empty(), List.of());

    /** Keeps an own copy. */
    public KvUse {
      missedMassLayers = List.copyOf(missedMassLayers);
    }

    /** Of a sequence, now. */
    public static KvUse of(SequenceAttention sequence) {
      KvCache cache = sequence.cache();
      AttentionCounters counters = sequence.counters();
      return new KvUse(
          cache.bytes(),
          cache.digestBytes(),
          counters.bytesReadPerStep(),
          cache.sequencePages(),
          counters.pagesSelectedMean().orElse(cache.sequencePages()),
          counters.tokensSelectedMean().orElse(cache.length()),
          counters.selections(),
          counters.missedMassMean(),
          counters.missedMassPercentile(95),
          missedMassLayers(counters));
    }

    private static List<LayerMissed> missedMassLayers(AttentionCounters counters) {
      List<LayerMissed> layers = new ArrayList<>();
      for (int layer = 0; layer < counters.layers(); layer++) {
        OptionalDouble mean = counters.missedMassMean(layer);
        if (mean.isPresent()) {
          layers.add(new LayerMissed(layer, mean.getAsDouble()));
        }
      }
      return layers;
    }
  }

  /**
   * What decode steps missed in one layer.
   *
   * @param layer of the model, from 0
   * @param mean estimated share of the attention on pages not read
   */
  public record LayerMissed(int layer, double mean) {}
}
