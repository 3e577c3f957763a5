package io.github.quest4j.benchmarks.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;

/**
 * The greedy requests of a soak. They differ in length, endpoint, attention, number of samples and
 * form; half of them ask about one of a few documents.
 */
final class SoakQuestions {

  /** A request. */
  record Question(int index, Target.Endpoint endpoint, Map<String, Object> fields) {

    byte[] body(boolean stream) {
      return body(Map.of("stream", stream));
    }

    /** Its body with more fields. */
    byte[] body(Map<String, Object> more) {
      Map<String, Object> all = new LinkedHashMap<>(fields);
      all.putAll(more);
      return JsonMapper.shared().writeValueAsBytes(all);
    }
  }

  private static final int CHARACTERS = 4; // of a token, about
  private static final List<String> ATTENTION = List.of("quest", "dense", "streaming", "quest");
  private static final List<String> ASKED =
      List.of("Who is named first?", "Tell it in one sentence.", "What is it about?", "Go on.");

  private final SoakPlan plan;
  private final List<Question> questions = new ArrayList<>();

  SoakQuestions(SoakPlan plan, TextSource source) {
    this.plan = plan;
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < plan.documents(); i++) {
      documents.add(text(source, plan.documentTokens(), plan.seed() + 1 + i));
    }
    for (int i = 0; i < plan.questions(); i++) {
      SplittableRandom random = Prompts.random(plan.seed(), 0, i);
      String text =
          i % 2 == 0
              ? documents.get(i / 2 % documents.size())
              : text(source, random.nextInt(8, plan.promptTokens()), plan.seed() + 1_000 + i);
      String prompt =
          "%s\n\nQuestion %d: %s".formatted(text, i, ASKED.get(random.nextInt(ASKED.size())));
      questions.add(question(i, prompt, random));
    }
  }

  private static String text(TextSource source, int tokens, long seed) {
    return source.ofLength(tokens * CHARACTERS, seed).substring(0, tokens * CHARACTERS);
  }

  private Question question(int index, String prompt, SplittableRandom random) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Target.Endpoint endpoint = index % 4 == 3 ? Target.Endpoint.COMPLETIONS : Target.Endpoint.CHAT;
    if (endpoint == Target.Endpoint.CHAT) {
      fields.put("messages", List.of(Map.of("role", "user", "content", prompt)));
    } else {
      fields.put("prompt", prompt);
    }
    fields.put("temperature", 0);
    fields.put("max_tokens", random.nextInt(1, plan.outputTokens() + 1));
    fields.put("n", index % 5 == 4 ? 2 : 1);
    fields.put("quest", Map.of("attention", ATTENTION.get(index % ATTENTION.size())));
    if (index % 8 == 6) {
      fields.put("response_format", Map.of("type", "json_object"));
    }
    return new Question(index, endpoint, fields);
  }

  List<Question> all() {
    return questions;
  }

  Question draw(SplittableRandom random) {
    return questions.get(random.nextInt(questions.size()));
  }

  /** A request that nobody has made before, so that its prompt has to be read. */
  Question fresh(SplittableRandom random, boolean talkative) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Question like = draw(random);
    String prompt = random.nextLong() + " is the number of this letter. " + like.fields();
    fields.put("messages", List.of(Map.of("role", "user", "content", prompt)));
    fields.put("max_tokens", talkative ? 8 * plan.outputTokens() : plan.outputTokens());
    fields.put("ignore_eos", true);
    fields.put("n", random.nextInt(1, 3));
    if (talkative) { // so many bytes that they do not fit into the buffers between
      fields.put("logprobs", true);
      fields.put("top_logprobs", 20);
    }
    return new Question(-1, Target.Endpoint.CHAT, fields);
  }
}
