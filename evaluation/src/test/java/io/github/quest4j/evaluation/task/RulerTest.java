package io.github.quest4j.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RulerTest {

  private final SpaceTokens tokens = new SpaceTokens();

  @ParameterizedTest
  @EnumSource
  void lengthIsKeptToAUnit(Ruler.Kind kind) {
    for (int length : new int[] {500, 511, 2_048, 4_097, 30_001}) {
      for (Item item : Ruler.items(kind, length, 3, 1, tokens)) {
        int count = tokens.of(item.prompt());
        assertThat(count).isLessThanOrEqualTo(length).isGreaterThan(length - 30);
        assertThat(item.labels()).hasToString("{kind=" + kind.label() + ", length=" + length + "}");
        assertThat(item.maxTokens()).isEqualTo(kind.maxTokens());
      }
    }
    assertThat(tokens.counted).isLessThanOrEqualTo(15 * 12);
  }

  @ParameterizedTest
  @EnumSource
  void questionEndsThePromptAndNothingAnswersNothing(Ruler.Kind kind) {
    Item item = Ruler.items(kind, 2_000, 1, 1, tokens).getFirst();
    String question = item.prompt().substring(item.prompt().length() - item.sparseTail());
    assertThat(question).containsPattern("^(Question: )?W[a-z]+ .*\\? ");
    assertThat(item.prompt()).endsWith("\n\n" + question);
    assertThat(item.grader().grade("")).isZero();
    assertThat(item.grader().grade(item.prompt())).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void seedDecidesWhateverTheOrder(Ruler.Kind kind) {
    List<String> first = prompts(kind, 1);
    prompts(kind, 2);
    assertThat(prompts(kind, 1)).isEqualTo(first);
    assertThat(prompts(kind, 2)).doesNotContainAnyElementsOf(first);
    assertThat(new HashSet<>(first)).hasSameSizeAs(first);
  }

  @Test
  void numbersOfTheKeysAskedForCount() {
    Item single = Ruler.items(Ruler.Kind.SINGLE, 900, 1, 3, tokens).getFirst();
    Map<String, String> planted = planted(single);
    assertThat(planted).hasSize(1);
    assertThat(single.grader().grade(" " + planted.keySet().iterator().next() + ".")).isEqualTo(1);

    Item key = Ruler.items(Ruler.Kind.MULTI_KEY, 900, 1, 3, tokens).getFirst();
    assertThat(new HashSet<>(planted(key).values())).hasSize(4);
    planted(key)
        .forEach((number, of) ->
            assertThat(key.grader().grade(number))
                .isEqualTo(key.prompt().endsWith(of + " is") ? 1 : 0));

    Item value = Ruler.items(Ruler.Kind.MULTI_VALUE, 900, 1, 3, tokens).getFirst();
    assertThat(new HashSet<>(planted(value).values())).hasSize(1);
    assertThat(planted(value)).hasSize(4);
    planted(value)
        .forEach((number, of) -> assertThat(value.grader().grade(number)).isEqualTo(0.25));

    Item query = Ruler.items(Ruler.Kind.MULTI_QUERY, 900, 1, 3, tokens).getFirst();
    assertThat(new HashSet<>(planted(query).values())).hasSize(4);
    assertThat(query.grader().grade(String.join(", ", planted(query).keySet()))).isEqualTo(1);
    String tail = query.prompt().substring(query.prompt().length() - query.sparseTail());
    assertThat(planted(query).values()).allMatch(tail::contains);
  }

  @Test
  void needleAskedForLiesAnywhere() {
    Set<Integer> ranks = new HashSet<>();
    for (Item item : Ruler.items(Ruler.Kind.MULTI_KEY, 600, 40, 1, tokens)) {
      List<String> numbers =
          Pattern.compile("\\d{7}")
              .matcher(item.prompt())
              .results()
              .map(MatchResult::group)
              .toList();
      for (int i = 0; i < numbers.size(); i++) {
        if (item.grader().grade(numbers.get(i)) == 1) {
          ranks.add(i);
        }
      }
    }
    assertThat(ranks).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void chainOfVariablesIsOneAndTheExampleAnother() {
    Item item = Ruler.items(Ruler.Kind.VARIABLE_TRACKING, 900, 1, 3, tokens).getFirst();
    Pattern statement = Pattern.compile("VAR ([A-Z]{5}) = (?:VAR )?(\\w+)\\.");
    List<MatchResult> all = statement.matcher(item.prompt()).results().toList();
    assertThat(all).hasSize(10);
    for (int start : new int[] {0, 5}) {
      for (int i = 1; i < 5; i++) {
        assertThat(all.get(start + i).group(2)).isEqualTo(all.get(start + i - 1).group(1));
      }
    }
    assertThat(item.prompt()).endsWith("have the value " + all.get(5).group(2) + ":");
    List<String> names = all.stream().map(match -> match.group(1)).toList();
    assertThat(item.grader().grade(String.join(", ", names.subList(5, 10)))).isEqualTo(1);
    assertThat(item.grader().grade(names.get(5) + " " + names.get(6))).isEqualTo(0.4);
    assertThat(item.grader().grade(String.join(", ", names.subList(0, 5)))).isZero();
    assertThat(item.prompt()).contains(": " + String.join(", ", names.subList(0, 5)) + ".\n");
  }

  @Test
  void commonWordsStandMoreOftenThanAllOthers() {
    for (int[] lengths : new int[][] {{1_500, 4, 1}, {3_000, 10, 1}, {9_000, 30, 3}}) {
      Item item = Ruler.items(Ruler.Kind.COMMON_WORDS, lengths[0], 1, 3, tokens).getFirst();
      String list = item.prompt().substring(item.prompt().lastIndexOf("\n1. ") + 1);
      Map<String, Integer> counts = counts(item.prompt(), "\\d\\. ([a-z]+)", list.length());
      for (var word : counts.entrySet()) {
        boolean common = item.grader().grade(word.getKey()) > 0;
        assertThat(word.getValue()).as(word.getKey()).isEqualTo(lengths[common ? 1 : 2]);
      }
      assertThat(counts.values().stream().filter(count -> count == lengths[1])).hasSize(10);
    }
  }

  @Test
  void listWordsDiffer() {
    Set<String> words = new HashSet<>();
    for (int i = 0; i < 40_000; i++) {
      words.add(RulerCommonWords.word(i, 4_095, 17));
    }
    assertThat(words).hasSize(40_000);
  }

  @Test
  void threeWordsAreMostFrequent() {
    Item item = Ruler.items(Ruler.Kind.FREQUENT_WORDS, 1_000, 1, 3, tokens).getFirst();
    String text = item.prompt().split("\n\n", -1)[1];
    Map<String, Integer> counts = counts(text, "([a-z]{6})", text.length());
    List<String> byCount =
        counts.keySet().stream()
            .sorted((a, b) -> counts.getOrDefault(b, 0) - counts.getOrDefault(a, 0))
            .toList();
    assertThat(item.grader().grade(String.join(" ", byCount.subList(0, 3)))).isEqualTo(1);
    assertThat(item.grader().grade(String.join(" ", byCount.subList(3, 9)))).isZero();
    assertThat(text).contains("...");
    for (int total = 64; total < 5_000; total++) {
      for (int rank = 2; rank <= 4; rank++) {
        assertThat(RulerFrequentWords.count(total, rank))
            .isGreaterThan(RulerFrequentWords.count(total, rank + 1));
      }
    }
  }

  @Test
  void answersCountWhateverTheirCase() {
    Item item = Ruler.items(Ruler.Kind.VARIABLE_TRACKING, 900, 1, 3, tokens).getFirst();
    assertThat(item.grader().grade(item.prompt().toLowerCase(Locale.ROOT))).isEqualTo(1);
  }

  @Test
  void tooShortALengthIsRefused() {
    assertThatThrownBy(() -> Ruler.items(Ruler.Kind.MULTI_KEY, 20, 1, 1, tokens))
        .hasMessageMatching(
            "a multi-key prompt needs \\d+ tokens or more, and 20 were asked for; ask for a greater"
                + " length");
  }

  private List<String> prompts(Ruler.Kind kind, long seed) {
    return Ruler.items(kind, 900, 3, seed, tokens).stream().map(Item::prompt).toList();
  }

  /** The key of each number. */
  private static Map<String, String> planted(Item item) {
    return Pattern.compile("A parcel number of (the [a-z]+ [a-z]+) is (\\d{7})\\.")
        .matcher(item.prompt())
        .results()
        .collect(Collectors.toMap(match -> match.group(2), match -> match.group(1)));
  }

  private static Map<String, Integer> counts(String text, String word, int last) {
    Map<String, Integer> counts = new HashMap<>();
    Pattern.compile(word)
        .matcher(text.substring(text.length() - last))
        .results()
        .forEach(match -> counts.merge(match.group(1), 1, Integer::sum));
    return counts;
  }
}
