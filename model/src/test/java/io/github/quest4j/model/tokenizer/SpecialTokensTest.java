package io.github.quest4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpecialTokensTest {
  private static Tokenizer with(String... controls) {
    return Tokenizers.of(Toy.bytePair("gpt-2", List.of("a b"), controls).build());
  }

  private static String encoded(Tokenizer tokenizer, String text) {
    return Toy.pieces(tokenizer, tokenizer.encode(text, false, true));
  }

  private static List<String> ends(Tokenizer tokenizer) {
    List<String> ends = new ArrayList<>();
    for (int id = 0; id < tokenizer.size(); id++) {
      if (tokenizer.isEndOfGeneration(id)) {
        ends.add(tokenizer.piece(id));
      }
    }
    return ends;
  }

  @Test
  void theLongestTakesItsPlacesFirst() {
    Tokenizer t = with("<x>", "<x><y>", "<y><z>", "y><z");
    assertThat(encoded(t, "<x><y><z>")).isEqualTo("<x><y>|<|z|>");
    assertThat(encoded(t, "a<y><z>b")).isEqualTo("a|<y><z>|b");
    assertThat(encoded(t, "<x><x>ab<x>")).isEqualTo("<x>|<x>|ab|<x>");
    assertThat(encoded(t, "<<x>")).isEqualTo("<|<x>");
  }

  @Test
  void controlTokensAreTextUnlessParsed() {
    Tokenizer t = with("<x>");
    assertThat(Toy.pieces(t, t.encode("<x>", false, false))).isEqualTo("<|x|>");
    int[] ids = t.encode("a<x>b", false, true);
    assertThat(ids).containsExactly('a', 257, 'b');
    assertThat(t.isControl(257)).isTrue();
    assertThat(t.isControl('a')).isFalse();
    assertThat(t.decode(ids)).isEqualTo("ab");
    assertThat(t.decode(ids, true)).isEqualTo("a<x>b");
  }

  /** Against the definition: for each token from the longest on, all text that is left is cut. */
  @Test
  void findsWhatTheDefinitionFinds() {
    Tokenizer t = with("xx", "xxy", "xy", "yy", "xyyx", "yx", "xxx");
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(40); k > 0; k--) {
        text.append("xxyyc".charAt(random.nextInt(5)));
      }
      // A token that was found is written in capitals, where no later one can match.
      String cut = text.toString();
      for (String mark : List.of("xyyx", "xxy", "xxx", "xx", "xy", "yy", "yx")) {
        cut = cut.replace(mark, "|" + mark.toUpperCase(Locale.ROOT) + "|");
      }
      List<String> expected = new ArrayList<>();
      for (String part : cut.split("\\|", -1)) {
        if (part.equals(part.toUpperCase(Locale.ROOT))) {
          expected.add(part.toLowerCase(Locale.ROOT));
        } else {
          part.chars().forEach(c -> expected.add(String.valueOf((char) c)));
        }
      }
      expected.removeIf(String::isEmpty);
      assertThat(encoded(t, text.toString())).isEqualTo(String.join("|", expected));
    }
  }

  @Test
  void phi3DropsWhiteSpaceAfterItsTokens() {
    Tokenizer t =
        Tokenizers.of(
            Toy.bytePair("gpt-2", List.of("a b"), "<|user|>", "<s>", "</s>")
                .modelName("My Phi-3 mini")
                .build());
    assertThat(encoded(t, "a <|user|> \n\tb<s> c</s> ")).isEqualTo("a|Ġ|<|user|>|b|<s>|Ġ|c|</s>");
    assertThat(encoded(with("<|user|>"), "<|user|> b")).isEqualTo("<|user|>|Ġ|b");
  }

  @Test
  void knowsTheEndsOfManyModels() {
    assertThat(ends(with("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|repo_name|>")))
        .containsExactly("<|im_end|>", "<|endoftext|>", "<|repo_name|>");
    assertThat(ends(with("<eos>", "<end_of_turn>", "</s>", "<bos>")))
        .containsExactly("<eos>", "<end_of_turn>", "</s>");
    assertThat(ends(with("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|begin_of_text|>")))
        .containsExactly("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>");
    assertThat(ends(with("<|end|>", "<|return|>", "<|call|>", "<|channel|>")))
        .containsExactly("<|return|>", "<|call|>");
    assertThat(ends(with("</s>", "<|tool_response>"))).containsExactly("<|tool_response>");
  }

  @Test
  void theMetadataNamesEndsToo() {
    Vocabulary.Builder builder = Toy.bytePair("gpt-2", List.of("a b"), "<e>", "<t>", "<m>", "<p>");
    builder
        .id(SpecialToken.EOS, 257)
        .id(SpecialToken.EOT, 258)
        .id(SpecialToken.EOM, 259)
        .id(SpecialToken.PADDING, 260)
        .id(SpecialToken.FIM_PAD, 4711);
    assertThat(ends(Tokenizers.of(builder.build()))).containsExactly("<e>", "<t>", "<m>");
  }

  @Test
  void anEndThatIsMarkedAsTextIsAControlToken() {
    List<String> pieces = List.of("a", "b", "<|im_end|>", "<|channel|>");
    Tokenizer t =
        Tokenizers.of(
            Vocabulary.builder("gpt2", "gpt-2", pieces)
                .types(new int[] {1, 1, 1, 3})
                .merges(List.of("a b"))
                .build());
    assertThat(t.isControl(2)).isTrue();
    assertThat(t.encode("a<|im_end|>", false, true)).containsExactly(0, 2);
    assertThat(t.isControl(3)).isFalse();
    assertThat(t.decode(0, 2, 3)).isEqualTo("a<|channel|>");
  }
}
