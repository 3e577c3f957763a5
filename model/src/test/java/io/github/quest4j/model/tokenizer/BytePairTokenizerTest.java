package io.github.quest4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePairTokenizerTest {
  private static final List<String> MERGES =
      List.of("l o", "lo w", "e r", "w er", "Ġ lo", "n e", "ne w", "low er", "Ġlo w");

  private static Tokenizer toy(String pre) {
    return Tokenizers.of(Toy.bytePair(pre, MERGES).build());
  }

  private static String encoded(Tokenizer tokenizer, String text) {
    return Toy.pieces(tokenizer, tokenizer.encode(text, false, false));
  }

  @Test
  void mergesByRankThenFromTheLeft() {
    Tokenizer t = toy("gpt-2");
    assertThat(encoded(t, "lower")).isEqualTo("lower");
    assertThat(encoded(t, "newer low")).isEqualTo("ne|wer|Ġ|low");
    assertThat(encoded(t, "wer")).isEqualTo("wer");
    assertThat(encoded(t, "lolo")).isEqualTo("lo|lo");
    assertThat(encoded(t, "")).isEmpty();

    Tokenizer threes = Tokenizers.of(Toy.bytePair("gpt-2", List.of("a a")).build());
    assertThat(encoded(threes, "aaaaa")).isEqualTo("aa|aa|a");
  }

  @Test
  void writesBytesAsLetters() {
    Tokenizer t = toy("gpt-2");
    assertThat(encoded(t, " é\n\u00ad")).isEqualTo("Ġ|Ã|©|Ċ|Â|Ń");
    assertThat(t.encode("\u0000A🙂", false, false)).containsExactly(0, 'A', 0xf0, 0x9f, 0x99, 0x82);
  }

  @Test
  void llama3TakesAWholeWordBeforeItsMerges() {
    List<String> merges = List.of("b c", "a b", "ab c");
    Tokenizer merged = Tokenizers.of(Toy.bytePair("dbrx", merges).build());
    Tokenizer whole =
        Tokenizers.of(Toy.bytePair("llama-bpe", merges, "<s>").id(SpecialToken.BOS, 259).build());
    assertThat(encoded(merged, "abc")).isEqualTo("a|bc");
    assertThat(encoded(whole, "abc")).isEqualTo("abc");
    assertThat(encoded(whole, "abcabc")).isEqualTo("a|bc|a|bc");
    assertThat(whole.encode("abc", true, false)).hasSize(2).startsWith(259);
  }

  @Test
  void mergesOverPiecesThatAreNoTokens() {
    List<String> pieces = List.of("a", "b", "c", "abc", "é");
    Tokenizer t =
        Tokenizers.of(
            Vocabulary.builder("gpt2", "gpt-2", pieces)
                .merges(List.of("a b", "ab c", "alone", "x ", "Ã ©"))
                .build());
    assertThat(encoded(t, "abc")).isEqualTo("abc");
    // "ab" is no token: its letters stand in; letters without a token are lost, as in llama.cpp.
    assertThat(encoded(t, "ab")).isEqualTo("a|b");
    assertThat(encoded(t, "azé")).isEqualTo("a");
  }

  @Test
  void addsBeginAndEndAsAsked() {
    Tokenizer t =
        Tokenizers.of(
            Toy.bytePair("gpt-2", List.of("a b"), "<s>", "</s>")
                .id(SpecialToken.BOS, 257)
                .id(SpecialToken.EOS, 258)
                .addBos(true)
                .addEos(true)
                .build());
    assertThat(t.encode("ab", true, true)).containsExactly(257, 256, 258);
    assertThat(t.encode("", true, true)).containsExactly(257, 258);
    assertThat(t.encode("<s>ab", true, true)).containsExactly(257, 257, 256, 258);
    assertThat(t.encode("ab", false, true)).containsExactly(256);
  }

  @Test
  void loneSurrogatesAreReplaced() {
    Tokenizer t = toy("qwen2");
    int[] replacement = t.encode("\ufffd", false, false);
    assertThat(replacement).containsExactly(0xef, 0xbf, 0xbd);
    for (String lone : List.of("\ud83d", "\ude42")) {
      assertThat(t.encode(lone, false, false)).isEqualTo(replacement);
      assertThat(t.encode("a" + lone + "b", false, false))
          .isEqualTo(t.encode("a\ufffdb", false, false));
    }
    assertThat(t.encode("\ude42\ud83d", false, false))
        .isEqualTo(t.encode("\ufffd\ufffd", false, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2"})
  void comesBackAsItWas(String pre) {
    Random random = new Random(11);
    Tokenizer t = Tokenizers.of(Toy.bytePair(pre, randomMerges(random, 400)).addBos(false).build());
    for (int i = 0; i < 400; i++) {
      String text = RandomText.of(random, random.nextInt(60));
      assertThat(t.decode(t.encode(text, true, true))).isEqualTo(text);
    }
  }

  /** The heap, the linked list and the cache against the definition, word by word. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "qwen2", "dbrx"})
  void agreesWithThePlainDefinition(String pre) {
    Random random = new Random(5);
    List<String> merges = randomMerges(random, 600);
    Tokenizer t = Tokenizers.of(Toy.bytePair(pre, merges).build());
    for (int i = 0; i < 200; i++) {
      String text = RandomText.of(random, random.nextInt(60)) + "ab".repeat(random.nextInt(20));
      assertThat(encoded(t, text))
          .isEqualTo(String.join("|", definition(PreTokenizer.named(pre), merges, text)));
    }
  }

  private static List<String> randomMerges(Random random, int count) {
    ByteLevel letters = new ByteLevel();
    byte[] sample = RandomText.of(random, 3000).getBytes(StandardCharsets.UTF_8);
    List<String> pieces = new ArrayList<>();
    for (byte b : sample) {
      pieces.add(String.valueOf(letters.letter(b & 0xff)));
    }
    List<String> merges = new ArrayList<>();
    while (merges.size() < count) {
      int at = random.nextInt(pieces.size() - 1);
      String merge = pieces.get(at) + " " + pieces.get(at + 1);
      if (!merges.contains(merge)) {
        merges.add(merge);
        pieces.set(at, merge.replace(" ", ""));
        pieces.remove(at + 1);
      }
    }
    return merges;
  }

  private static List<String> definition(PreTokenizer pre, List<String> merges, String text) {
    ByteLevel letters = new ByteLevel();
    WordSplitter splitter = pre.splitter();
    List<String> all = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int to = splitter.wordEnd(text.toCharArray(), from, text.length());
      List<String> word = new ArrayList<>();
      for (byte b : text.substring(from, to).getBytes(StandardCharsets.UTF_8)) {
        word.add(String.valueOf(letters.letter(b & 0xff)));
      }
      while (true) {
        int best = -1;
        int rank = Integer.MAX_VALUE;
        for (int i = 0; i + 1 < word.size(); i++) {
          int r = merges.indexOf(word.get(i) + " " + word.get(i + 1));
          if (r >= 0 && r < rank) {
            best = i;
            rank = r;
          }
        }
        if (best < 0) {
          break;
        }
        word.set(best, word.get(best) + word.remove(best + 1));
      }
      all.addAll(word);
      from = to;
    }
    return all;
  }

  /** 2 million characters in one word, or in as many words: neither quadratic nor deep. */
  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "\n", "7", "Ж", "字", "<", "'", " a", "\u0301"})
  void longRunsTakeTimeInProportion(String unit) {
    List<String> merges = new ArrayList<>(List.of("a a", "aa aa", "Ġ Ġ", "ĠĠ ĠĠ", "Ċ Ċ", "< <"));
    Tokenizer t = Tokenizers.of(Toy.bytePair("qwen2", merges, "<|end|>").build());
    int n = 2_000_000 / unit.length();
    String text = unit.repeat(n);
    int[] ids = t.encode(text, false, true);
    assertThat(ids.length).isBetween(n / 4, 3 * text.length());
    assertThat(t.decode(ids)).isEqualTo(text);
  }

  @Test
  void moreDistinctWordsThanTheCacheHolds() {
    Tokenizer t = toy("gpt-2");
    StringBuilder text = new StringBuilder();
    IntStream.range(0, 40_000).forEach(i -> text.append(' ').append("low").append(word(i)));
    String twice = text + text.toString();
    int[] ids = t.encode(twice, false, false);
    assertThat(t.decode(ids)).isEqualTo(twice);
    assertThat(Arrays.copyOf(ids, ids.length / 2))
        .isEqualTo(Arrays.copyOfRange(ids, ids.length / 2, ids.length));
  }

  private static String word(int i) {
    return Integer.toString(i, 26)
        .chars()
        .map(c -> c < 'a' ? 'A' + c - '0' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void whatCannotWorkIsSaid() {
    assertThatThrownBy(
            () -> Tokenizers.of(Vocabulary.builder("gpt2", "gpt-2", List.of("a")).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no merges (tokenizer.ggml.merges)");
    assertThatThrownBy(() -> toy("gpt-9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'gpt-9'");
    assertThatThrownBy(() -> Tokenizers.of(Vocabulary.builder("rwkv", "", List.of("a")).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'rwkv'")
        .hasMessageContaining("gpt2")
        .hasMessageContaining("llama");
    Tokenizer t = toy("gpt-2");
    assertThatThrownBy(() -> t.decode(new int[] {3, t.size()}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token 265 is not in the vocabulary of 265 tokens");
    String tooLong = "a".repeat(Tokenizer.MAX_CHARS + 1);
    assertThatThrownBy(() -> t.encode(tooLong, false, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too long to encode: 67108865 chars");
    assertThatThrownBy(() -> t.bytes(-1)).hasMessageContaining("token -1");
    assertThatThrownBy(() -> t.isEndOfGeneration(-1)).hasMessageContaining("token -1");
  }
}
