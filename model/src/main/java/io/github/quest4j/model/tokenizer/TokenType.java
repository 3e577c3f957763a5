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

  private static final TokenType[] BY_CODE = values();

  /** The type of a GGUF code; an unknown code is {@link #UNDEFINED}. */
  public static TokenType of(int code) {
    return code > 0 && code < BY_CODE.length ? BY_CODE[code] : UNDEFINED;
  }

  /** The code that GGUF uses. */
  public int code() {
    return ordinal();
  }
}
