package io.github.quest4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected words are written with bars between them; no text has a bar of its own. */
class WordSplitterTest {
  private static String words(String pre, String text) {
    return String.join("|", split(PreTokenizer.named(pre).splitter(), text));
  }

  private static List<String> split(WordSplitter splitter, String text) {
    char[] chars = text.toCharArray();
    List<String> words = new ArrayList<>();
    for (int from = 0; from < chars.length; ) {
      int end = splitter.wordEnd(chars, from, chars.length);
      words.add(text.substring(from, end));
      from = end;
    }
    return words;
  }

  private static void check(String pre, String expected) {
    assertThat(words(pre, expected.replace("|", ""))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The| ferry| left| at| 10|:|45|.",
        "it|'s| she|'ll| they|'ve| I|'m| we|'re| he|'d| don|'t",
        "IT|'|S| SHE|'|Ll",
        "a|  | b|    |\t|c| \n|\n|d|   ",
        "x| \n",
        "été| Straße| Ω| 東京| 한국",
        "½|cup| ²³| Ⅷ",
        "e|\u0301|te| \u0301|x",
        "🙂🙂| 🙂|a",
        "f|(|x|)=_|y|__;",
        "\r\n\r\n",
        "''|s| '|sun| '",
        "\u00a0|\u00a0|a|\u3000",
        " \u200b|a"
      })
  void gpt2(String expected) {
    check("gpt-2", expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "at| |1|0|:|4|5| am",
        "1|2|3|4|.|5",
        "a|   |1|  | b",
        "v|2|'s",
        "x|\n\n|3|y| |½|²",
        "٣|٤| items",
        "𝟙|𝟚",
        "don|'t| '|S"
      })
  void smollmCutsEveryNumberOut(String expected) {
    check("smollm", expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The| ferry| left| at| |104|5|,| |7",
        "123|456|789|0",
        "½¾٣|٤٥٦",
        "it|'s| SHE|'LL| They|'Ve|'d|'D|'x",
        "a|  | b|\t|\tc| \n\n|d|  \n| | e",
        "(foo| bar|)| baz|();\n\n|x",
        "été|!東京|'hui",
        "\n\r\n \n|  | a",
        "x|.\u0301|y",
        "\u00a0a|\u00a0|\u00a0a",
        "🙂a| 🙂🙂|\u3000|\u3000日",
        "a|...\r\n|  ",
        "_x| __|y|\n\n\n",
        " \u200b|a"
      })
  void llama3(String expected) {
    check("llama-bpe", expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The| ferry| left| at| |1|0|4|5|,| |7",
        "1|2|3|4|5|6|7|8|9|0",
        "½|¾|٣|٤|٥|٦",
        "it|'s| SHE|'LL| They|'Ve|'d|'D|'x",
        "a|  | b|\t|\tc| \n\n|d|  \n| | e",
        "(foo| bar|)| baz|();\n\n|x",
        "été|!東京|'hui",
        "\n\r\n \n|  | a",
        "x|.\u0301|y",
        "\u00a0a|\u00a0|\u00a0a",
        "🙂a| 🙂🙂|\u3000|\u3000日",
        "a|...\r\n|  ",
        "_x| __|y|\n\n\n",
        " \u200b|a"
      })
  void qwen2(String expected) {
    check("qwen2", expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2"})
  void wordsCoverTheTextAndEndBetweenCodePoints(String pre) {
    Random random = new Random(7);
    WordSplitter splitter = PreTokenizer.named(pre).splitter();
    for (int i = 0; i < 300; i++) {
      String text = RandomText.of(random, 1 + random.nextInt(80));
      List<String> words = split(splitter, text);
      assertThat(String.join("", words)).isEqualTo(text);
      for (String word : words) {
        assertThat(word).isNotEmpty();
        assertThat(Character.isLowSurrogate(word.charAt(0))).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2"})
  void namesOfOneKindSplitAlike(String pre) {
    PreTokenizer kind = PreTokenizer.named(pre);
    for (String other :
        switch (kind) {
          case GPT2 -> List.of("phi-2", "mpt", "olmo", "exaone4");
          case SMOLLM -> List.of("starcoder", "refact", "command-r");
          case QWEN2 -> List.of("deepseek-r1-qwen", "stablelm2", "megrez");
          case LLAMA3, DBRX -> List.of("llama3", "llama-v3", "falcon3", "pixtral");
        }) {
      assertThat(PreTokenizer.named(other)).isEqualTo(kind);
    }
  }

  @Test
  void anUnknownNameIsNamedWithTheSupportedOnes() {
    assertThatThrownBy(() -> PreTokenizer.named("cl200k"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'cl200k'")
        .hasMessageContaining("gpt-2, ")
        .hasMessageContaining("llama-bpe")
        .hasMessageContaining("qwen2")
        .hasMessageContaining("smollm");
    assertThatThrownBy(() -> PreTokenizer.named("")).hasMessageContaining("names no pre-tokenizer");
  }
}
