package io.github.quest4j.model.tokenizer;

/** What a token is for, as {@code tokenizer.ggml.token_type} of a GGUF file says. */
public enum TokenType {
  /** A number that the format does not define. */
  UNDEFINED,
  /** A piece of text. */
  NORMAL,
  /** Stands for what the vocabulary cannot say. */
  UNKNOWN,
  /** Structures the text and has no text of its own: begin, end, turn marks. */
  CONTROL,
  /** Found in the text before anything else is split, and shown as it is. */
  USER_DEFINED,
  /** A place in the vocabulary that nothing uses. */
  UNUSED,
  /** One byte of a character that has no piece, written {@code <0x0A>}. */
  BYTE;

  /** The type of a GGUF code, 1 to 6; any other code is {@link #UNDEFINED}. */
  public static TokenType of(int code) {
    return switch (code) {
      case 1 -> NORMAL;
      case 2 -> UNKNOWN;
      case 3 -> CONTROL;
      case 4 -> USER_DEFINED;
      case 5 -> UNUSED;
      case 6 -> BYTE;
      default -> UNDEFINED;
    };
  }
}
