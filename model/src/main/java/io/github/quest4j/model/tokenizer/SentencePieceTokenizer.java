package io.github.quest4j.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;

/**
 * SentencePiece with scores (Llama 2, Gemma): spaces become {@code ▁}, the characters are the first
 * symbols, and of all neighbours that together are a piece those with the highest score are joined
 * first. A character without a piece becomes its bytes.
 */
final class SentencePieceTokenizer extends AbstractTokenizer {
  private static final char SPACE = '▁';
  private static final byte[] SPACE_UTF8 = "▁".getBytes(StandardCharsets.UTF_8);

  private final int[] byteTokens = new int[256];

  /** Characters that have a {@code ▁} after them in some piece. */
  private final BitSet joinedToSpace = new BitSet();

  SentencePieceTokenizer(Vocabulary vocabulary) {
    super(vocabulary);
    int unknown = vocabulary.id(SpecialToken.UNKNOWN).orElse(PieceIndex.NONE);
    HexFormat hex = HexFormat.of().withUpperCase();
    for (int b = 0; b < 256; b++) {
      int token = index.find("<0x" + hex.toHexDigits((byte) b) + ">");
      token = token >= 0 || b >= 0x80 ? token : index.find(String.valueOf((char) b));
      byteTokens[b] = token >= 0 ? token : unknown;
    }
    for (int id = 0; id < size(); id++) {
      if (index.contains(id, SPACE_UTF8, 1)) {
        String piece = new String(index.piece(id), StandardCharsets.UTF_8);
        for (int at = piece.indexOf(SPACE, 1); at > 0; at = piece.indexOf(SPACE, at + 1)) {
          joinedToSpace.set(piece.codePointBefore(at));
        }
      }
    }
    joinedToSpace.clear(SPACE);
  }

  @Override
  protected byte[] textOf(byte[] piece) {
    byte[] text = new byte[piece.length];
    int n = 0;
    for (int i = 0; i < piece.length; ) {
      int to = Math.min(piece.length, i + SPACE_UTF8.length);
      if (Arrays.equals(piece, i, to, SPACE_UTF8, 0, SPACE_UTF8.length)) {
        text[n++] = ' ';
        i = to;
      } else {
        text[n++] = piece[i++];
      }
    }
    return Arrays.copyOf(text, n);
  }

  @Override
  protected TextEncoder encoder(String text, Fragments fragments, TokenList output) {
    int prefixes = vocabulary().addSpacePrefix() ? fragments.size() : 0;
    return new Encoder(text, new char[text.length() + prefixes], output);
  }

  private final class Encoder extends Merger implements TextEncoder {
    private final String text;
    private final char[] escaped;
    private int escapedSize;
    private final TokenList output;
    private final WordCache cache;
    private byte[] bytes = new byte[256]; // the UTF-8 of the run in work
    private int[] starts = new int[64]; // [symbols], offsets into bytes
    private int[] ends = new int[64]; // [symbols]

    Encoder(String text, char[] escaped, TokenList output) {
      this.text = text;
      this.escaped = escaped;
      this.output = output;
      cache = new WordCache(escaped, output);
    }

    @Override
    public void encode(int from, int to, boolean afterSpecial) {
      int start = escapedSize;
      if (afterSpecial && vocabulary().addSpacePrefix()) {
        escaped[escapedSize++] = SPACE;
      }
      for (int i = from; i < to; i++) {
        char c = text.charAt(i);
        escaped[escapedSize++] = c == ' ' ? SPACE : c;
      }
      for (int end; start < escapedSize; start = end) {
        end = runEnd(start);
        if (!cache.replay(start, end)) {
          int outputStart = output.size();
          encodeRun(start, end);
          cache.remember(start, end, outputStart);
        }
      }
    }

    /**
     * The text can be cut before a {@code ▁} where no piece has the character before it followed by
     * one: nothing can merge over that place, so both sides give the same pieces apart as together.
     */
    private int runEnd(int from) {
      int end = from + 1;
      while (end < escapedSize
          && (escaped[end] != SPACE
              || escaped[end - 1] == SPACE
              || joinedToSpace.get(Character.codePointBefore(escaped, end, from)))) {
        end++;
      }
      return end;
    }

    private void encodeRun(int from, int to) {
      setSymbols(from, to);
      run();
      for (int i = 0; i >= 0; i = after(i)) {
        if (symbols[i] >= 0) {
          output.add(symbols[i]);
          continue;
        }
        for (int at = starts[i]; at < ends[i]; at++) {
          int token = byteTokens[bytes[at] & 0xff];
          if (token >= 0) {
            output.add(token);
          }
        }
      }
    }

    private void setSymbols(int from, int to) {
      if (3 * (to - from) > bytes.length) {
        bytes = new byte[4 * (to - from)];
      }
      if (to - from > starts.length) {
        starts = new int[to - from + Math.min((to - from) / 2, 1 << 16)];
        ends = new int[starts.length];
      }
      start(to - from);
      int size = 0;
      int n = 0;
      for (int i = from; i < to; n++) {
        int c = Character.codePointAt(escaped, i, to);
        starts[n] = size;
        size = Utf8.put(c, bytes, size);
        ends[n] = size;
        symbols[n] = index.find(bytes, starts[n], size);
        i += Character.charCount(c);
      }
      start(n);
    }

    @Override
    protected int mergeOf(int left, int right) {
      return index.find(bytes, starts[left], ends[right]);
    }

    /** Higher scores first: the bits of a float, sign folded, are in order as integers. */
    @Override
    protected int urgency(int token) {
      int bits = Float.floatToIntBits(0 - vocabulary().score(token));
      return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    @Override
    protected int symbolOf(int token) {
      return token;
    }

    @Override
    protected void merged(int left, int right) {
      ends[left] = ends[right];
    }
  }
}
