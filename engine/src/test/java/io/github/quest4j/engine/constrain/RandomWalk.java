package io.github.quest4j.engine.constrain;

import io.github.quest4j.model.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Writes a text of tokens drawn uniformly from those allowed. After a while it takes single bytes,
 * those first that close something, so that it ends.
 */
final class RandomWalk {

  private static final String CLOSING = "}]\"ntf";

  private final Tokenizer tokenizer;
  private final SplittableRandom random;
  private final float[] logits;
  private final int[] singles = new int[256]; // a token for each byte

  RandomWalk(Tokenizer tokenizer, long seed) {
    this.tokenizer = tokenizer;
    this.random = new SplittableRandom(seed);
    this.logits = new float[tokenizer.size() + 7]; // models have more logits than tokens
    for (int id = tokenizer.size() - 1; id >= 0; id--) {
      byte[] bytes = tokenizer.bytes(id);
      if (bytes.length == 1 && !tokenizer.isControl(id)) {
        singles[bytes[0] & 0xff] = id;
      }
    }
  }

  /** A whole text. */
  String write(TokenConstraint constraint, int patience) {
    TokenConstraint.State state = constraint.begin();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int length = 0; !state.ended(); length++) {
      if (length > 20_000) {
        throw new AssertionError("does not end: " + text.toString(StandardCharsets.UTF_8));
      }
      int token = next(state, length >= patience);
      state.accept(token);
      if (!tokenizer.isEndOfGeneration(token)) {
        text.writeBytes(tokenizer.bytes(token));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(text.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("invalid UTF-8: " + text, e);
    }
  }

  private int next(TokenConstraint.State state, boolean hurry) {
    Arrays.fill(logits, 0);
    state.mask(logits);
    int[] allowed = new int[logits.length];
    int count = 0;
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] == 0) {
        if (hurry && tokenizer.isEndOfGeneration(id)) {
          return id;
        }
        allowed[count++] = id;
      }
    }
    if (count == 0) {
      throw new AssertionError("nothing may come, and the text has not ended");
    }
    if (hurry) {
      for (int i = 0; i < CLOSING.length(); i++) {
        int closing = singles[CLOSING.charAt(i)];
        if (logits[closing] == 0 && random.nextInt(8) > 0) {
          return closing;
        }
      }
      for (int tries = 0; tries < 2000; tries++) {
        int token = singles[random.nextInt(' ', 127)];
        if (logits[token] == 0) {
          return token;
        }
      }
    }
    return allowed[random.nextInt(count)];
  }
}
