package io.github.quest4j.engine.constrain;

import java.util.BitSet;

/**
 * The bytes that are a token each. Some vocabularies lack a few that only characters of unassigned
 * planes have; a text must not be led to a place where it needs one of them.
 */
final class WritableBytes {

  private final BitSet writable = new BitSet(256);

  /**
   * Those of a tokenizer.
   *
   * @throws ConstraintException if it lacks some that every text may need
   */
  WritableBytes(TokenTrie trie) {
    for (int octet = 0; octet < 256; octet++) {
      writable.set(octet, trie.hasByte(octet));
      boolean ascii = octet >= ' ' && octet < 0x7f;
      boolean inside = octet >= 0x80 && octet <= 0xbf; // of a character that has begun
      if ((ascii || inside) && !writable.get(octet)) {
        throw new ConstraintException(
            String.format(
                "the tokenizer cannot be constrained: it has no token for the single byte %02X",
                octet));
      }
    }
  }

  /** The first writable byte from one on, or 256 or more if there is none. */
  int from(int octet) {
    int found = writable.nextSetBit(octet);
    return found < 0 ? 256 : found;
  }

  /** The first byte from one on that is not writable. */
  int endFrom(int octet) {
    return writable.nextClearBit(octet);
  }

  /**
   * Refuses a text that must be written and cannot be.
   *
   * @throws ConstraintException naming the place in the schema
   */
  byte[] require(byte[] text, String place) {
    for (byte octet : text) {
      if (!writable.get(octet & 0xff)) {
        throw new ConstraintException(
            String.format(
                "the text at %s has the byte %02X, for which the tokenizer has no token",
                place, octet & 0xff));
      }
    }
    return text;
  }
}
