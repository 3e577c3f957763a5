package io.github.quest4j.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasskeyTest {

  private static final String FILLER =
      "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";

  /** Words of a filler line and its newline. */
  private static final int LINE = 20;

  private final SpaceTokens tokens = new SpaceTokens();

  @Test
  void promptIsThePapers() {
    Item item = Passkey.items(150, 3, 7, tokens).get(1);
    List<String> lines = item.prompt().lines().toList();
    assertThat(lines.getFirst())
        .isEqualTo(
            "There is an important info hidden inside a lot of irrelevant text. Find it and memorize"
                + " them. I will quiz you about the important information there.");
    assertThat(lines.getLast()).isEqualTo("What is the pass key? The pass key is");
    String key = key(item);
    assertThat(lines)
        .contains("The pass key is " + key + ". Remember it. " + key + " is the pass key.");
    assertThat(lines.stream().filter(FILLER::equals)).hasSize(lines.size() - 3);
    assertThat(item.labels()).hasToString("{length=150, depth=0.5}");
    assertThat(item.maxTokens()).isEqualTo(10);
    assertThat(item.sparseTail()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 69, 70, 76, 77, 78, 97, 333, 1_024, 4_097, 100_001})
  void lengthIsKeptToALine(int length) {
    for (Item item : Passkey.items(length, 3, 1, tokens)) {
      int count = tokens.of(item.prompt());
      assertThat(count).isLessThanOrEqualTo(length);
      assertThat(count + LINE).as("one more line would be too many").isGreaterThan(length);
      assertThat(item.sparseTail()).isLessThanOrEqualTo(item.prompt().length());
    }
  }

  @Test
  void eachPromptIsTokenizedAFewTimesOnly() {
    assertThat(Passkey.items(100_000, 4, 1, tokens)).hasSize(4);
    assertThat(tokens.counted / 4).isLessThanOrEqualTo(6);
    assertThat(tokens.total / 4).isLessThanOrEqualTo(400_000);
  }

  @Test
  void depthsAreSpreadEvenly() {
    List<Item> items = Passkey.items(2_000, 5, 1, tokens);
    for (int i = 0; i < 5; i++) {
      List<String> lines = items.get(i).prompt().lines().toList();
      int filler = lines.size() - 3;
      int before =
          lines.indexOf(
                  "The pass key is %1$s. Remember it. %1$s is the pass key."
                      .formatted(key(items.get(i))))
              - 1;
      assertThat(before).isEqualTo((int) Math.round(filler * i / 4.0));
      assertThat(items.get(i).labels()).containsEntry("depth", i / 4.0);
    }
    assertThat(Passkey.items(2_000, 1, 1, tokens).getFirst().labels()).containsEntry("depth", 0.5);
  }

  @Test
  void keysDiffer() {
    List<String> keys = Passkey.items(100, 500, 3, tokens).stream().map(PasskeyTest::key).toList();
    assertThat(keys).doesNotHaveDuplicates();
    assertThat(keys).allMatch(key -> Integer.parseInt(key) >= 1 && Integer.parseInt(key) <= 50_000);
  }

  @Test
  void seedDecidesWhateverTheOrder() {
    List<String> there = prompts(300, 600);
    List<String> back = new ArrayList<>(prompts(600, 300));
    assertThat(back.subList(4, 8)).isEqualTo(there.subList(0, 4));
    assertThat(back.subList(0, 4)).isEqualTo(there.subList(4, 8));
    assertThat(Passkey.items(300, 4, 2, tokens).getFirst().prompt()).isNotEqualTo(there.getFirst());
  }

  @Test
  void firstNumberCounts() {
    Item item = Passkey.items(100, 1, 5, tokens).getFirst();
    String key = key(item);
    assertThat(item.grader().grade(" " + key + ". Remember it.")).isEqualTo(1);
    assertThat(item.grader().grade(key + "1")).isZero();
    assertThat(item.grader().grade("7 and " + key)).isZero();
    assertThat(item.grader().grade("")).isZero();
    assertThat(item.grader().grade("unknown")).isZero();
  }

  @Test
  void whatCannotBeMadeIsRefused() {
    assertThatThrownBy(() -> Passkey.items(49, 1, 1, tokens))
        .hasMessage(
            "a passkey prompt needs 50 tokens or more, and 49 were asked for; ask for a greater"
                + " length");
    assertThatThrownBy(() -> Passkey.items(0, 1, 1, tokens))
        .hasMessage("a length must be 1 to 4000000 tokens, not 0");
    assertThatThrownBy(() -> Passkey.items(100, 0, 1, tokens))
        .hasMessage("samples must be 1 to 50000 per length, not 0");
    assertThatThrownBy(() -> Passkey.items(100, 50_001, 1, tokens))
        .hasMessage("samples must be 1 to 50000 per length, not 50001");
  }

  private List<String> prompts(int... lengths) {
    return Arrays.stream(lengths)
        .boxed()
        .flatMap(length -> Passkey.items(length, 4, 1, tokens).stream())
        .map(Item::prompt)
        .toList();
  }

  private static String key(Item item) {
    return Pattern.compile("The pass key is (\\d+)\\.")
        .matcher(item.prompt())
        .results()
        .findFirst()
        .orElseThrow()
        .group(1);
  }
}
