package io.github.quest4j.model.transformer;

import io.github.quest4j.attention.kv.LayerShape;
import io.github.quest4j.model.compute.Activation;
import java.util.ArrayList;
import java.util.List;

/**
 * The sizes and habits of one model: what distinguishes the architectures, as data.
 *
 * @param architecture its name in the model file
 * @param layers decoder layers
 * @param embedding channels of the residual stream
 * @param feedForward channels inside the feed-forward layer
 * @param heads query heads
 * @param kvHeads KV heads
 * @param headDim channels of a head
 * @param vocabulary tokens
 * @param context tokens of context that the model was made for
 * @param epsilon of the root mean square norms
 * @param attentionScale what q.k is multiplied by
 * @param embeddingScale what token embeddings are multiplied by
 * @param activation the gate's function
 * @param window tokens that a sliding-window layer sees; 0 where there are none
 * @param globalEvery with a window: layer i sees everything if {@code (i + 1) % globalEvery == 0}
 * @param ropeDims rotated channels of a head
 * @param ropeInterleaved whether neighbouring channels are paired
 * @param ropeBase base of the rotary frequencies
 * @param localRopeBase the same in sliding-window layers
 * @param ropeScaling scaling of the rotary frequencies; sliding-window layers have none
 * @param logitSoftcap final logits are {@code cap * tanh(logits / cap)}; 0 for none
 */
public record ModelConfig(
    String architecture,
    int layers,
    int embedding,
    int feedForward,
    int heads,
    int kvHeads,
    int headDim,
    int vocabulary,
    int context,
    float epsilon,
    float attentionScale,
    float embeddingScale,
    Activation activation,
    int window,
    int globalEvery,
    int ropeDims,
    boolean ropeInterleaved,
    double ropeBase,
    double localRopeBase,
    RopeScaling ropeScaling,
    float logitSoftcap) {

  /** Whether that layer sees only its window. */
  public boolean local(int layer) {
    return window > 0 && (layer + 1) % globalEvery != 0;
  }

  /** Query heads that share a KV head. */
  public int group() {
    return heads / kvHeads;
  }

  /** The shape of every layer's keys and values. */
  public List<LayerShape> layerShapes() {
    List<LayerShape> shapes = new ArrayList<>(layers);
    for (int layer = 0; layer < layers; layer++) {
      shapes.add(new LayerShape(kvHeads, headDim, local(layer) ? window : 0));
    }
    return List.copyOf(shapes);
  }
}
