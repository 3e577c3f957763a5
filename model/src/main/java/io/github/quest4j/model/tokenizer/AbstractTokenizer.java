package io.github.quest4j.model.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What all tokenizers share: special tokens around and inside the text, and the way back. */
abstract class AbstractTokenizer implements Tokenizer {
  private final Vocabulary vocabulary;
  private final TokenAttributes attributes;
  private final SpecialTokenFinder specials;
  protected final PieceIndex index;

  protected AbstractTokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    index = new PieceIndex(vocabulary.pieces());
    attributes = new TokenAttributes(vocabulary, index);
    specials = new SpecialTokenFinder(attributes, index);
  }

  /** The state of one call: encodes stretches of ordinary text, appending to its list of tokens. */
  protected interface TextEncoder {
    /**
     * Encodes {@code [from, to)} of the text.
     *
     * @param afterSpecial whether nothing or a special token lies before it
     */
    void encode(int from, int to, boolean afterSpecial);
  }

  /** Starts a call. */
  protected abstract TextEncoder encoder(String text, Fragments fragments, TokenList output);

  /** The bytes that an ordinary piece stands for. */
  protected abstract byte[] textOf(byte[] piece);

  @Override
  public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "the text is too long to encode: "
              + text.length()
              + " chars, at most "
              + MAX_CHARS
              + " are taken at once");
    }
    String wellFormed = replaceLoneSurrogates(text);
    TokenList output = new TokenList(wellFormed.length() / 3);
    if (addSpecial && vocabulary.addBos()) {
      output.add(vocabulary.id(SpecialToken.BOS).orElseThrow());
    }
    Fragments fragments = specials.split(wellFormed, parseSpecial);
    TextEncoder encoder = encoder(wellFormed, fragments, output);
    boolean afterSpecial = true;
    for (int i = 0; i < fragments.size(); i++) {
      int token = fragments.token(i);
      if (token == Fragments.TEXT) {
        encoder.encode(fragments.from(i), fragments.to(i), afterSpecial);
      } else {
        output.add(token);
      }
      afterSpecial = token != Fragments.TEXT;
    }
    if (addSpecial && vocabulary.addEos()) {
      output.add(vocabulary.id(SpecialToken.EOS).orElseThrow());
    }
    return output.toArray();
  }

  private static String replaceLoneSurrogates(String text) {
    StringBuilder changed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else {
        changed = changed == null ? new StringBuilder(text) : changed;
        changed.setCharAt(i, '\ufffd');
      }
    }
    return changed == null ? text : changed.toString();
  }

  @Override
  public String decode(int[] tokens, boolean special) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(tokens.length * 4);
    for (int token : tokens) {
      if (special || !isControl(token)) {
        bytes.writeBytes(bytes(token));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int token) {
    byte[] piece = index.piece(requireToken(token));
    int named = TokenAttributes.CONTROL | TokenAttributes.UNKNOWN | TokenAttributes.USER_DEFINED;
    if (attributes.is(token, named)) {
      return piece;
    }
    if (attributes.is(token, TokenAttributes.NORMAL)) {
      return textOf(piece);
    }
    return attributes.is(token, TokenAttributes.BYTE) ? byteOf(piece) : new byte[0];
  }

  private static byte[] byteOf(byte[] piece) {
    String text = new String(piece, StandardCharsets.UTF_8);
    boolean wellFormed =
        text.length() == 6
            && text.startsWith("<0x")
            && text.endsWith(">")
            && HexFormat.isHexDigit(text.charAt(3))
            && HexFormat.isHexDigit(text.charAt(4));
    return wellFormed ? HexFormat.of().parseHex(text, 3, 5) : piece;
  }

  @Override
  public String piece(int token) {
    return new String(bytes(token), StandardCharsets.UTF_8);
  }

  @Override
  public boolean isEndOfGeneration(int token) {
    return attributes.isEndOfGeneration(requireToken(token));
  }

  @Override
  public boolean isControl(int token) {
    return attributes.is(requireToken(token), TokenAttributes.CONTROL | TokenAttributes.UNKNOWN);
  }

  @Override
  public int size() {
    return vocabulary.size();
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public TokenDecoder decoder(boolean special) {
    return new TokenDecoder(this, special);
  }

  private int requireToken(int token) {
    if (token < 0 || token >= size()) {
      throw new IllegalArgumentException(
          "token " + token + " is not in the vocabulary of " + size() + " tokens");
    }
    return token;
  }
}
