package io.github.quest4j.engine;

/** The tokenizer and the chat template that a model file describes. */
public final class ModelTokenizer {

  private static final String PREFIX = "tokenizer.ggml.";

  private ModelTokenizer() {}
}
