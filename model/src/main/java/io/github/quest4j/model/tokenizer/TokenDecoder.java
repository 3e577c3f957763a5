package io.github.quest4j.model.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes tokens as they come without ever cutting a character: the bytes of an unfinished one wait
 * for the next token. All returned strings in a row, {@link #flush} included, equal {@link
 * Tokenizer#decode(int[], boolean)} of the same tokens. Not safe for use by several threads.
 */
public final class TokenDecoder {
  private final Tokenizer tokenizer;
  private final boolean special;
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] pending = {};

  TokenDecoder(Tokenizer tokenizer, boolean special) {
    this.tokenizer = tokenizer;
    this.special = special;
  }

  /**
   * The text that this token completes, possibly empty.
   *
   * @throws IllegalArgumentException if the id is outside the vocabulary
   */
  public String next(int token) {
    if (!special && tokenizer.isControl(token)) {
      return "";
    }
    return decode(tokenizer.bytes(token), false);
  }

  /** What is left at the end: nothing, or U+FFFD for an unfinished character. Starts anew. */
  public String flush() {
    String rest = decode(new byte[0], true);
    utf8.reset();
    return rest;
  }

  private String decode(byte[] bytes, boolean end) {
    ByteBuffer in = ByteBuffer.allocate(pending.length + bytes.length);
    in.put(pending).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    utf8.decode(in, out, end);
    pending = new byte[in.remaining()];
    in.get(pending);
    return out.flip().toString();
  }
}
