package io.github.quest4j.model.tokenizer;

/**
 * Turns text into a model's token ids and ids into text. Implementations are immutable and may be
 * used by many threads at once.
 *
 * <p>Text is Unicode: an unpaired surrogate is read as U+FFFD. Ids are those of llama.cpp's {@code
 * llama_tokenize}.
 */
public interface Tokenizer {
  /** The longest text that {@link #encode} takes, in chars. */
  int MAX_CHARS = 1 << 26;

  /**
   * Token ids of a text.
   *
   * @param addSpecial whether to add BOS and EOS where the model asks for them
   * @param parseSpecial whether the text of control tokens stands for these tokens; user-defined
   *     tokens are always found. Leave it off for text that comes from outside
   * @throws IllegalArgumentException if the text is longer than {@link #MAX_CHARS}
   */
  int[] encode(String text, boolean addSpecial, boolean parseSpecial);

  /**
   * The text of token ids: their bytes in a row, read as UTF-8, malformed parts as U+FFFD. Nothing
   * is tidied, so a leading space that the tokenizer added comes back.
   *
   * @param special whether control tokens are shown by their names or left out
   * @throws IllegalArgumentException if an id is outside the vocabulary
   */
  String decode(int[] tokens, boolean special);

  /** {@link #decode(int[], boolean)} without control tokens. */
  default String decode(int... tokens) {
    return decode(tokens, false);
  }

  /**
   * The bytes that a token stands for, often not whole UTF-8 characters; a control token's name.
   *
   * @throws IllegalArgumentException if the id is outside the vocabulary
   */
  byte[] bytes(int token);

  /**
   * A token's bytes read as UTF-8, for display.
   *
   * @throws IllegalArgumentException if the id is outside the vocabulary
   */
  String piece(int token);

  /**
   * Whether generation ends with this token.
   *
   * @throws IllegalArgumentException if the id is outside the vocabulary
   */
  boolean isEndOfGeneration(int token);

  /**
   * Whether the token has no text of its own (control tokens and the unknown token).
   *
   * @throws IllegalArgumentException if the id is outside the vocabulary
   */
  boolean isControl(int token);

  /** Number of tokens. */
  int size();

  /** The vocabulary that this tokenizer was made from. */
  Vocabulary vocabulary();

  /**
   * A new streaming decoder, for one thread.
   *
   * @param special whether control tokens are shown by their names or left out
   */
  TokenDecoder decoder(boolean special);

  /** {@link #decoder(boolean)} without control tokens. */
  default TokenDecoder decoder() {
    return decoder(false);
  }
}
