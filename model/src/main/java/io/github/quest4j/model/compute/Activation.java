package io.github.quest4j.model.compute;

/** The gate's function in a gated feed-forward layer. */
public enum Activation {
  /** x / (1 + exp(-x)). */
  SILU,
  /** The tanh approximation of the Gaussian error linear unit. */
  GELU
}
