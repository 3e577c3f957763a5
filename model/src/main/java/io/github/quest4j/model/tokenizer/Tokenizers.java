package io.github.quest4j.model.tokenizer;

/** Makes the tokenizer that a vocabulary asks for. */
public final class Tokenizers {
  static final String BYTE_PAIR = "gpt2";
  static final String SENTENCE_PIECE = "llama";

  private Tokenizers() {}

  /**
   * The tokenizer of a vocabulary.
   *
   * @throws IllegalArgumentException if its kind ({@code tokenizer.ggml.model}) or pre-tokenizer
   *     ({@code tokenizer.ggml.pre}) is not supported, naming those that are, or if it has no
   *     merges and needs them
   */
  public static Tokenizer of(Vocabulary vocabulary) {
    return switch (vocabulary.model()) {
      case BYTE_PAIR -> new BytePairTokenizer(vocabulary);
      case SENTENCE_PIECE -> new SentencePieceTokenizer(vocabulary);
      default ->
          throw new IllegalArgumentException(
              "tokenizer '"
                  + vocabulary.model()
                  + "' (tokenizer.ggml.model) is not supported; supported are gpt2 (byte-pair"
                  + " encoding) and llama (SentencePiece)");
    };
  }
}
