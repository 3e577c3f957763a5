package io.github.quest4j.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Byte-level byte-pair encoding (GPT-2): the text is cut into words, each word's UTF-8 bytes are
 * the first symbols, and ranked merges join neighbours. Symbols are numbers: a token's id, or
 * beyond the vocabulary for byte letters and merges that are no token.
 */
final class BytePairTokenizer extends AbstractTokenizer {
  private static final int[] NO_TOKENS = {};

  private final ByteLevel letters = new ByteLevel();
  private final boolean ignoreMerges;
  private final WordSplitter splitter;
  private final int[] byteSymbols = new int[256];
  private final PairRanks ranks;
  private final int[] mergedSymbols; // [merges], by rank
  private final int[][] substitutes; // [symbols - tokens], tokens for a symbol that is none

  BytePairTokenizer(Vocabulary vocabulary) {
    super(vocabulary);
    PreTokenizer pre = PreTokenizer.named(vocabulary.pre());
    ignoreMerges = pre.ignoresMerges();
    splitter = pre.splitter();
    List<String> merges = vocabulary.merges();
    if (merges.isEmpty()) {
      throw new IllegalArgumentException(
          "the vocabulary has no merges (tokenizer.ggml.merges), which byte-pair encoding needs");
    }
    for (int b = 0; b < 256; b++) {
      byteSymbols[b] = index.findOrAdd(utf8(String.valueOf(letters.letter(b))));
    }
    ranks = new PairRanks(merges.size());
    mergedSymbols = new int[merges.size()];
    for (int rank = 0; rank < mergedSymbols.length; rank++) {
      addMerge(utf8(merges.get(rank)), rank);
    }
    substitutes = new int[index.size() - size()][];
    for (int i = 0; i < substitutes.length; i++) {
      substitutes[i] = substitutes(index.piece(size() + i));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void addMerge(byte[] merge, int rank) {
    int space = 1;
    while (space < merge.length && merge[space] != ' ') {
      space++;
    }
    if (space + 1 >= merge.length) {
      return; // one piece alone merges with nothing; llama.cpp passes over such lines as well
    }
    byte[] left = Arrays.copyOf(merge, space);
    byte[] right = Arrays.copyOfRange(merge, space + 1, merge.length);
    byte[] both = Arrays.copyOf(left, merge.length - 1);
    System.arraycopy(right, 0, both, space, right.length);
    mergedSymbols[rank] = index.findOrAdd(both);
    ranks.putIfAbsent(index.findOrAdd(left), index.findOrAdd(right), rank);
  }

  /** As llama.cpp has it: the ASCII letters that are tokens; bytes without a token are lost. */
  private int[] substitutes(byte[] symbol) {
    int[] tokens = NO_TOKENS;
    for (int i = 0; i < symbol.length; i++) {
      int token = index.find(symbol, i, i + 1);
      if (symbol[i] >= 0 && token >= 0 && token < size()) {
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = token;
      }
    }
    return tokens;
  }

  @Override
  protected byte[] textOf(byte[] piece) {
    String written = new String(piece, StandardCharsets.UTF_8);
    byte[] bytes = new byte[piece.length];
    int n = 0;
    for (int i = 0; i < written.length(); i++) {
      int b = letters.byteOf(written.charAt(i));
      if (b < 0) {
        return piece; // not in byte letters: a token that was added as plain text
      }
      bytes[n++] = (byte) b;
    }
    return Arrays.copyOf(bytes, n);
  }

  @Override
  protected TextEncoder encoder(String text, Fragments fragments, TokenList output) {
    return new Encoder(text.toCharArray(), output);
  }

  private final class Encoder extends Merger implements TextEncoder {
    private final char[] text;
    private final TokenList output;
    private final WordCache cache;
    private byte[] utf8 = new byte[256]; // of the word in work
    private byte[] written = new byte[256]; // the same in byte letters

    Encoder(char[] text, TokenList output) {
      this.text = text;
      this.output = output;
      cache = new WordCache(text, output);
    }

    @Override
    public void encode(int from, int to, boolean afterSpecial) {
      for (int end; from < to; from = end) {
        end = splitter.wordEnd(text, from, to);
        if (!cache.replay(from, end)) {
          int start = output.size();
          encodeWord(from, end);
          cache.remember(from, end, start);
        }
      }
    }

    private void encodeWord(int from, int to) {
      int n = setSymbols(from, to);
      if (ignoreMerges) {
        int token = whole(n);
        if (token >= 0) {
          output.add(token);
          return;
        }
      }
      run();
      for (int i = 0; i >= 0; i = after(i)) {
        int symbol = symbols[i];
        if (symbol < size()) {
          output.add(symbol);
        } else {
          for (int token : substitutes[symbol - size()]) {
            output.add(token);
          }
        }
      }
    }

    /** Makes the word's UTF-8 bytes the symbols; returns their number. */
    private int setSymbols(int from, int to) {
      if (3 * (to - from) > utf8.length) {
        utf8 = new byte[3 * (to - from)];
      }
      int n = 0;
      for (int i = from; i < to; ) {
        int c = Character.codePointAt(text, i, to);
        n = Utf8.put(c, utf8, n);
        i += Character.charCount(c);
      }
      start(n);
      for (int i = 0; i < n; i++) {
        symbols[i] = byteSymbols[utf8[i] & 0xff];
      }
      return n;
    }

    /** The token that is the whole word, or a negative number. */
    private int whole(int n) {
      int length = 0;
      for (int i = 0; i < n; i++) {
        int letter = index.length(symbols[i]);
        if (length + letter > index.longest()) {
          return PieceIndex.NONE;
        }
        if (length + letter > written.length) {
          written = Arrays.copyOf(written, written.length * 2);
        }
        index.copy(symbols[i], written, length);
        length += letter;
      }
      int token = index.find(written, 0, length);
      return token < size() ? token : PieceIndex.NONE;
    }

    @Override
    protected int mergeOf(int left, int right) {
      return ranks.get(symbols[left], symbols[right]);
    }

    @Override
    protected int urgency(int merge) {
      return merge;
    }

    @Override
    protected int symbolOf(int merge) {
      return mergedSymbols[merge];
    }
  }
}
