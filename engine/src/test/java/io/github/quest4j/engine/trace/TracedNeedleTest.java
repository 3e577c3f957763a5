package io.github.quest4j.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.Sequence;
import io.github.quest4j.engine.TestModels;
import io.github.quest4j.engine.trace.NeedleDocument.Fact;
import io.github.quest4j.model.chat.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Facts with numbers are planted in prose and asked for in a conversation or to be completed: the
 * digits of the answers must point into the sentence that states the fact. Counted are the answers
 * that are right; of others nobody knows where they are from. A document is read once and forked
 * for its questions.
 *
 * <p>With QUEST_TEST_FULL=1: 16 documents of 1,000 to 4,000 tokens, read by quest and densely;
 * otherwise four of 1,000.
 */
class TracedNeedleTest {

  private static final double BAR = 0.8;
  private static final int ANSWER_TOKENS = 24;
  private static final int SENTENCES = 64; // of a thousand tokens

  private int asked;
  private int right;
  private int digits;
  private int pointed; // digits into the sentence
  private int answers; // as a whole, likewise
  private double share; // of the sentence, summed over digits

  @Test
  void digitsPointIntoTheSentenceTheyWereReadFrom() {
    boolean full = "1".equals(System.getenv("QUEST_TEST_FULL"));
    if (!full) {
      TestModels.skipped("traced needles at 4,096 tokens and read densely: set QUEST_TEST_FULL=1");
    }
    AttentionOptions quest = AttentionOptions.defaults();
    try (Engine engine = Engine.open(TestModels.smollm2(), EngineOptions.defaults())) {
      for (int i = 0; i < (full ? 16 : 4); i++) {
        NeedleDocument document = NeedleDocument.of(SENTENCES * (1 + i / 4), 100 + i);
        ask(engine, document, i % 4, i % 8 < 4 ? quest : quest.withPolicy(AttentionOptions.DENSE));
      }
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "traced needles: %d of %d digits and %d of %d answers point into the sentence"
                + " (%.1f %% of the attention); %d of %d answers right",
            pointed,
            digits,
            answers,
            right,
            100 * share / digits,
            right,
            asked));
    assertThat(right).as("right answers to count").isGreaterThan(asked / 4);
    assertThat((double) pointed / digits).as("digits").isGreaterThanOrEqualTo(BAR);
    assertThat((double) answers / right).as("answers").isGreaterThanOrEqualTo(BAR);
  }

  private static Prompt prompt(String document, Fact fact, int form) {
    return switch (form) {
      case 0 -> Prompt.user(document + "\n\n" + fact.question());
      case 1 ->
          Prompt.chat(
              List.of(
                  Message.system("Answer from this document.\n\n" + document),
                  Message.user(fact.question())));
      case 2 -> Prompt.user("Document:\n" + document + "\n\nQuestion: " + fact.question());
      default -> Prompt.raw(document + "\n\n" + fact.question() + " " + fact.beginning());
    };
  }

  private void ask(Engine engine, NeedleDocument document, int form, AttentionOptions how) {
    List<Prompt> prompts =
        document.facts().stream().map(fact -> prompt(document.text(), fact, form)).toList();
    List<int[]> tokens = prompts.stream().map(engine::tokens).toList();
    int same = tokens.stream().mapToInt(t -> t.length - 1).min().orElseThrow();
    for (int[] other : tokens) {
      int differs = Arrays.mismatch(tokens.getFirst(), other);
      same = differs < 0 ? same : Math.min(same, differs);
    }
    try (Sequence read = engine.sequence(how)) {
      read.prefill(tokens.getFirst(), 0, same, done -> {});
      for (int i = 0; i < prompts.size(); i++) {
        try (Sequence sequence = read.fork()) {
          int[] ids = tokens.get(i);
          PromptText text = PromptText.of(engine.tokenizer(), prompts.get(i), ids);
          AttentionTrace trace = AttentionTrace.of(text);
          trace.watch(sequence.attention());
          float[] logits = sequence.prefill(ids, same, ids.length - same, done -> {});
          count(engine, sequence, logits, text, trace, document.facts().get(i));
        }
      }
    }
  }

  private void count(
      Engine engine,
      Sequence sequence,
      float[] first,
      PromptText text,
      AttentionTrace trace,
      Fact fact) {
    StringBuilder answer = new StringBuilder();
    List<Integer> ends = new ArrayList<>(); // of the tokens' texts
    List<Reading> readings = new ArrayList<>();
    float[] logits = first;
    while (readings.size() < ANSWER_TOKENS) {
      int token = Traces.argmax(logits);
      readings.add(trace.take());
      answer.append(engine.tokenizer().decode(token));
      ends.add(answer.length());
      if (engine.tokenizer().isEndOfGeneration(token)) {
        break;
      }
      logits = sequence.step(token);
    }
    asked++;
    int from = answer.indexOf(fact.answer());
    if (from < 0) {
      return;
    }
    right++;
    int hits = 0;
    int of = 0;
    for (int i = 0; i < readings.size(); i++) {
      int end = ends.get(i);
      if (end > from && end <= from + fact.answer().length()) {
        Reading.PassageShare top = readings.get(i).top(1).getFirst();
        boolean hit = text.text(top.passage()).contains(fact.sentence());
        share += hit ? top.share() : 0;
        hits += hit ? 1 : 0;
        of++;
      }
    }
    digits += of;
    pointed += hits;
    answers += 2 * hits > of ? 1 : 0;
  }
}
