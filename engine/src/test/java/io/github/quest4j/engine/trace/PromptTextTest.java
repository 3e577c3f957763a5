package io.github.quest4j.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.TestModels;
import io.github.quest4j.model.chat.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tokens, characters and passages of prompts, with the real tokenizer and chat template. */
class PromptTextTest {

  private static final Engine ENGINE =
      Engine.open(TestModels.smollm2(), EngineOptions.defaults().withContext(2_048));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static PromptText text(Prompt prompt) {
    return PromptText.of(ENGINE.tokenizer(), prompt, ENGINE.tokens(prompt));
  }

  /** The passages of one message, as they are cut out of its content. */
  private static List<String> passages(PromptText text, int message, String content) {
    return text.passages().stream()
        .filter(passage -> passage.message() == message)
        .map(passage -> content.substring(passage.from(), passage.to()))
        .toList();
  }

  @Test
  void aTextIsCutIntoSentencesAndLines() {
    String content =
        "The mill was closed. Nobody knew why!  \"Was it the flood?\" asked Mr. Smith.\n\n"
            + "1. Bread\n2. A kettle\n- x\nlast line without an end";
    PromptText text = text(Prompt.raw(content));

    assertThat(text.text()).isEqualTo(content);
    assertThat(passages(text, 0, content))
        .containsExactly(
            "The mill was closed.",
            "Nobody knew why!",
            "\"Was it the flood?\"",
            "asked Mr.",
            "Smith.",
            "1. Bread",
            "2. A kettle",
            "- x",
            "last line without an end");
    int token = 0;
    for (Passage passage : text.passages()) { // no token is left out
      assertThat(passage.fromToken()).isEqualTo(token);
      token = passage.toToken();
      assertThat(text.text(passage)).isEqualTo(content.substring(passage.from(), passage.to()));
    }
    assertThat(token).isEqualTo(text.tokens());
  }

  @Test
  void tokensThatShareACharacterAllHaveIt() {
    String content =
        "Tea \uD83C\uDF75\uD83E\uDD54 and \u8336\u9053. \u00DCber\uD83D\uDC68\u200D\uD83D\uDC69";
    PromptText text = text(Prompt.raw(content));

    assertThat(text.text()).isEqualTo(content);
    int split = 0;
    for (int t = 0; t < text.tokens(); t++) {
      assertThat(text.end(t)).isGreaterThan(text.start(t));
      assertThat(Character.isLowSurrogate(content.charAt(text.start(t)))).isFalse();
      assertThat(Character.isHighSurrogate(content.charAt(text.end(t) - 1))).isFalse();
      if (t > 0) {
        split += text.start(t) < text.end(t - 1) ? 1 : 0;
        assertThat(text.start(t)).isLessThanOrEqualTo(text.end(t - 1));
      }
    }
    assertThat(split).as("characters of several tokens, so that the test can fail").isPositive();
  }

  @Test
  void anUnfinishedCharacterAtTheEndIsTheReplacement() {
    int[] ids = ENGINE.tokenizer().encode("A \uD83E\uDD54", false, false);
    int[] cut = Arrays.copyOf(ids, ids.length - 1);
    Prompt prompt = Prompt.tokens(Arrays.stream(cut).boxed().toList());
    PromptText text = text(prompt);

    assertThat(text.text()).isEqualTo("A \uFFFD");
    assertThat(text.end(cut.length - 1)).isEqualTo(3);
    assertThat(text.passages()).hasSize(1);
  }

  @Test
  void messagesAreFoundInTheConversation() {
    List<Message> messages =
        List.of(
            Message.system("system"), // like a word of the template
            Message.user("  a\n"), // with white space around it
            Message.assistant("One. Two!"),
            new Message(
                "user",
                List.of(
                    Map.of("type", "text", "text", "First part. "),
                    Map.of("type", "image"),
                    Map.of("type", "text", "text", "Second \uD800 part.")),
                Map.of()),
            Message.user("user"));
    // The parts of a content are for templates that take them: rendered by hand here.
    String rendered =
        """
        <|im_start|>system
        system<|im_end|>
        <|im_start|>user
          a
        <|im_end|>
        <|im_start|>assistant
        One. Two!<|im_end|>
        <|im_start|>user
        First part. Second \uFFFD part.<|im_end|>
        <|im_start|>user
        user<|im_end|>
        <|im_start|>assistant
        """;
    PromptText text =
        PromptText.of(
            ENGINE.tokenizer(),
            Prompt.chat(messages),
            ENGINE.tokenizer().encode(rendered, false, true));

    assertThat(text.text()).isEqualTo(rendered);
    assertThat(text.passages())
        .extracting(Passage::message, Passage::from, Passage::to, passage -> text.text(passage))
        .containsExactly(
            tuple(0, 0, 6, "system"),
            tuple(1, 2, 3, "a"),
            tuple(2, 0, 4, "One."),
            tuple(2, 5, 9, "Two!"),
            tuple(3, 0, 11, "First part."),
            tuple(3, 12, 26, "Second \uFFFD part."),
            tuple(4, 0, 4, "user"));
    Passage system = text.passages().getFirst();
    assertThat(text.start(system.fromToken())).isEqualTo(rendered.indexOf("system<|im_end|>"));
  }

  @Test
  void theModelsOwnTemplateIsNoPassage() {
    String content = "Read this.\nThen say Hello.";
    PromptText text = text(Prompt.user(content));

    assertThat(text.text()).startsWith("<|im_start|>system\nYou are a helpful AI assistant");
    assertThat(passages(text, 0, content)).containsExactly("Read this.", "Then say Hello.");
    assertThat(text.passages()).hasSize(2);
  }

  @Test
  void aSentenceWithoutEndIsCut() {
    String content = "word ".repeat(300).strip();
    PromptText text = text(Prompt.raw(content));

    assertThat(text.tokens()).isGreaterThan(4 * Passages.MOST_TOKENS);
    assertThat(text.passages())
        .hasSize(Math.ceilDiv(text.tokens(), Passages.MOST_TOKENS))
        .allMatch(passage -> passage.toToken() - passage.fromToken() >= 40)
        .allMatch(passage -> passage.toToken() - passage.fromToken() <= Passages.MOST_TOKENS);
    assertThat(String.join(" ", passages(text, 0, content))).isEqualTo(content);
  }
}
