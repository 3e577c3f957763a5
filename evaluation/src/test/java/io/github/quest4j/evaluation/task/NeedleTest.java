package io.github.quest4j.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NeedleTest {

  private final SpaceTokens tokens = new SpaceTokens();

  @ParameterizedTest
  @EnumSource
  void lengthIsKeptToASentence(Needle.Kind kind) {
    for (int length : new int[] {120, 121, 333, 1_024, 2_047, 50_001}) {
      for (Item item : Needle.items(kind, length, 3, 1, tokens)) {
        int count = tokens.of(item.prompt());
        assertThat(count).isLessThanOrEqualTo(length).isGreaterThan(length - 30);
      }
    }
  }

  @Test
  void eachPromptIsTokenizedAFewTimesOnly() {
    assertThat(Needle.items(Needle.Kind.SINGLE, 100_000, 4, 1, tokens)).hasSize(4);
    assertThat(tokens.counted / 4).isLessThanOrEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource
  void questionEndsThePromptAndItsFactStandsOnceAtItsDepth(Needle.Kind kind) {
    List<Item> items = Needle.items(kind, 1_500, 9, 4, tokens);
    Set<String> questions = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      String prompt = item.prompt();
      String question = prompt.substring(prompt.length() - item.sparseTail());
      assertThat(prompt).endsWith("\n\n" + question);
      String beginning = question.substring(question.indexOf("? ") + 2);
      int at = prompt.indexOf(beginning + " ");
      assertThat(at).isPositive();
      assertThat(prompt.indexOf(beginning, at + 1)).isEqualTo(prompt.length() - beginning.length());
      String answer = prompt.substring(at + beginning.length() + 1, prompt.indexOf('.', at));
      assertThat(item.grader().grade(" " + answer + ".\n")).isEqualTo(1);
      assertThat((double) at / prompt.length()).isBetween(i / 8.0 - 0.06, i / 8.0 + 0.06);
      assertThat(item.labels())
          .hasToString("{kind=" + kind.label() + ", length=1500, depth=" + i / 8.0 + "}");
      questions.add(question.substring(0, 8));
    }
    assertThat(questions).as("phrasings of questions").hasSizeGreaterThanOrEqualTo(6);
  }

  @Test
  void severalFactsArePlanted() {
    Item item = Needle.items(Needle.Kind.SEVERAL, 3_000, 1, 4, tokens).getFirst();
    SplittableRandom random = Seeds.random(4, "needle-several", 3_000, 0);
    int first = Seeds.random(4, "needle-several", 3_000, -1).nextInt(Fact.PHRASINGS);
    List<Fact> facts = Fact.several(random, first, 3 + random.nextInt(2));
    assertThat(facts).hasSizeBetween(3, 4);
    assertThat(facts).allMatch(fact -> item.prompt().contains(fact.sentence()));
    String right = facts.get(0).answer();
    String other = facts.get(1).answer();
    assertThat(item.grader().grade(right + ", not " + other)).isEqualTo(1);
    assertThat(item.grader().grade(other + ", not " + right)).isZero();
  }

  @Test
  void wholeWordsOfTheFirstLineCount() {
    Fact fact = new Fact("", "", "papaya");
    assertThat(Words.position("the Papaya.", fact.answer())).isEqualTo(4);
    assertThat(Words.position("papayas", fact.answer())).isNegative();
    assertThat(Words.position("14821", "4821")).isNegative();
    assertThat(Words.position("", "4821")).isNegative();
    Item item = Needle.items(Needle.Kind.SINGLE, 300, 1, 9, tokens).getFirst();
    assertThat(item.grader().grade("")).isZero();
    assertThat(item.grader().grade("\n \n")).isZero();
  }

  @Test
  void proseTellsNoAnswer() {
    String prose = new Prose(new SplittableRandom(1)).with(5_000, List.of(), new double[0]);
    assertThat(prose).doesNotContainPattern("\\d");
    Set<String> answers = new HashSet<>();
    for (int seed = 0; seed < 2_000; seed++) {
      answers.add(Fact.of(new SplittableRandom(seed), seed).answer());
    }
    answers.removeIf(answer -> Character.isDigit(answer.charAt(0)));
    assertThat(answers).hasSizeGreaterThan(60);
    assertThat(answers).allMatch(answer -> Words.position(prose, answer) < 0);
  }

  @Test
  void proseIsVaried() {
    String prose = new Prose(new SplittableRandom(1)).with(1_000, List.of(), new double[0]);
    List<String> sentences = List.of(prose.split("(?<=\\.)\\s"));
    assertThat(sentences).hasSize(1_000);
    assertThat(Set.copyOf(sentences)).hasSizeGreaterThan(950);
  }

  @ParameterizedTest
  @EnumSource
  void seedDecidesWhateverTheOrder(Needle.Kind kind) {
    List<String> first = prompts(kind, 1);
    prompts(kind, 2);
    assertThat(prompts(kind, 1)).isEqualTo(first);
    assertThat(prompts(kind, 2)).isNotEqualTo(first);
    assertThat(new HashSet<>(first)).hasSameSizeAs(first);
  }

  @Test
  void tooShortALengthIsRefused() {
    assertThatThrownBy(() -> Needle.items(Needle.Kind.SINGLE, 5, 1, 1, tokens))
        .hasMessageMatching(
            "a needle prompt needs \\d+ tokens or more, and 5 were asked for; ask for a greater"
                + " length");
  }

  private List<String> prompts(Needle.Kind kind, long seed) {
    List<String> prompts = new ArrayList<>();
    for (Item item : Needle.items(kind, 700, 5, seed, tokens)) {
      prompts.add(item.prompt());
    }
    return prompts;
  }
}
