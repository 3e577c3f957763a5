package io.github.quest4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentencePieceTokenizerTest {
  private static final List<String> PIECES =
      List.of("▁", "a", "b", "c", "ab", "bc", "abc", "▁a", "▁ab", "▁▁", "é");
  private static final float[] SCORES = {-20, -21, -22, -23, -1, -2, -3, -4, -2, -6, -24};

  private static Tokenizer toy(boolean spacePrefix) {
    return Tokenizers.of(
        Toy.sentencePiece(PIECES, SCORES).addBos(false).addSpacePrefix(spacePrefix).build());
  }

  private static String encoded(Tokenizer tokenizer, String text) {
    return Toy.pieces(tokenizer, tokenizer.encode(text, false, false));
  }

  @Test
  void joinsTheHighestScoreFirst() {
    Tokenizer t = toy(false);
    assertThat(encoded(t, "abc")).isEqualTo("abc");
    assertThat(encoded(t, "bcb")).isEqualTo("bc|b");
    assertThat(encoded(t, " abc")).isEqualTo("▁ab|c");
    assertThat(encoded(t, "abab cab")).isEqualTo("ab|ab|▁|c|ab");
    assertThat(encoded(t, "   a")).isEqualTo("▁▁|▁a");
    assertThat(encoded(t, "")).isEmpty();
  }

  @Test
  void ofEqualScoresTheLeftmostGoesFirst() {
    Tokenizer t =
        Tokenizers.of(
            Toy.sentencePiece(List.of("x", "y", "xy", "yx", "xx"), -9, -9, -1, -1, -1)
                .addBos(false)
                .addSpacePrefix(false)
                .build());
    assertThat(encoded(t, "xyx")).isEqualTo("xy|x");
    assertThat(encoded(t, "yxy")).isEqualTo("yx|y");
    assertThat(encoded(t, "xxx")).isEqualTo("xx|x");
  }

  @Test
  void aCharacterWithoutPieceBecomesItsBytes() {
    Tokenizer t = toy(false);
    assertThat(encoded(t, "aéz東\n")).isEqualTo("a|é|<0x7A>|<0xE6>|<0x9D>|<0xB1>|<0x0A>");
    assertThat(t.decode(t.encode("aéz東\n🙂", false, false))).isEqualTo("aéz東\n🙂");
  }

  @Test
  void withoutByteTokensTheUnknownTokenStandsIn() {
    Tokenizer t =
        Tokenizers.of(
            Vocabulary.builder("llama", "", List.of("<unk>", "<s>", "</s>", "a", "q"))
                .types(new int[] {2, 3, 3, 1, 1})
                .addBos(false)
                .addSpacePrefix(false)
                .build());
    assertThat(encoded(t, "azé")).isEqualTo("a|<unk>|<unk>|<unk>");
  }

  @Test
  void aSpaceGoesBeforeTextAfterNothingOrASpecialToken() {
    Tokenizer t = toy(true);
    assertThat(encoded(t, "a")).isEqualTo("▁a");
    assertThat(encoded(t, " a")).isEqualTo("▁|▁a");
    assertThat(Toy.pieces(t, t.encode("a</s>b<s>", false, true))).isEqualTo("▁a|</s>|▁|b|<s>");
    assertThat(t.decode(t.encode("ab c", false, false))).isEqualTo(" ab c");

    Vocabulary asked = Toy.sentencePiece(PIECES, SCORES).build();
    assertThat(asked.addBos()).isTrue();
    assertThat(asked.addSpacePrefix()).isTrue();
    assertThat(Tokenizers.of(asked).encode("", true, true)).containsExactly(1);
  }

  @Test
  void userDefinedTokensAreFoundFirstAndShownAsTheyAre() {
    List<String> pieces = List.of("▁", "a", "\n", "\n\n", "  ", "<td>", "▁<");
    Vocabulary plain = Toy.sentencePiece(pieces, -3, -2, 0, 0, 0, 0, 0).build();
    int[] types = new int[plain.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = i < 1 ? 2 : i < 3 ? 3 : i < 259 ? 6 : i < 261 ? 1 : 4;
    }
    Tokenizer t =
        Tokenizers.of(
            Vocabulary.builder("llama", "", plain.pieces())
                .types(types)
                .addBos(false)
                .addSpacePrefix(false)
                .build());
    String text = "a\n\n\na   <td>";
    assertThat(encoded(t, text)).isEqualTo("a|\n\n|\n|a|  |▁|<td>");
    assertThat(t.decode(t.encode(text, false, false))).isEqualTo(text);
    assertThat(t.piece(plain.pieces().indexOf("▁<"))).isEqualTo("▁<");
  }

  /** The heap, the cuts before spaces and the cache against the definition. */
  @Test
  void agreesWithThePlainDefinition() {
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      List<String> pieces = new ArrayList<>();
      String letters = "abcé▁▁東";
      letters.chars().distinct().forEach(c -> pieces.add(String.valueOf((char) c)));
      while (pieces.size() < 80) {
        String piece =
            pieces.get(random.nextInt(pieces.size())) + pieces.get(random.nextInt(pieces.size()));
        if (piece.length() < 7 && !pieces.contains(piece)) {
          pieces.add(piece);
        }
      }
      float[] scores = new float[pieces.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = -random.nextInt(12) / 2f;
      }
      Tokenizer t =
          Tokenizers.of(
              Toy.sentencePiece(pieces, scores).addBos(false).addSpacePrefix(false).build());
      for (int i = 0; i < 50; i++) {
        StringBuilder text = new StringBuilder();
        for (int k = random.nextInt(60); k > 0; k--) {
          text.append(letters.charAt(random.nextInt(letters.length())));
        }
        assertThat(encoded(t, text.toString().replace('▁', ' ')))
            .isEqualTo(String.join("|", definition(pieces, scores, text.toString())));
      }
    }
  }

  private static List<String> definition(List<String> pieces, float[] scores, String text) {
    List<String> symbols = new ArrayList<>();
    text.chars().forEach(c -> symbols.add(String.valueOf((char) c)));
    while (true) {
      int best = -1;
      float highest = Float.NEGATIVE_INFINITY;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int piece = pieces.indexOf(symbols.get(i) + symbols.get(i + 1));
        if (piece >= 0 && scores[piece] > highest) {
          best = i;
          highest = scores[piece];
        }
      }
      if (best < 0) {
        return symbols;
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "\n", "z", "Ж", "東", " a", "ab"})
  void longRunsTakeTimeInProportion(String unit) {
    Tokenizer t = toy(false);
    int n = 2_000_000 / unit.length();
    String text = unit.repeat(n);
    int[] ids = t.encode(text, false, true);
    assertThat(ids.length).isBetween(n / 3, 3 * text.length());
    assertThat(t.decode(ids)).isEqualTo(text);
  }
}
