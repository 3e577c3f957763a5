package io.github.quest4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.sample.SamplingOptions;
import io.github.quest4j.engine.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The example of README.md: compiled, run, and the same in both places. */
class ReadmeExampleTest {

  private static final Path README = Path.of("..", "README.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/github/quest4j/engine/ReadmeExampleTest.java");

  @Test
  void runs() {
    Path model = ModelStore.open().resolve("smollm2");
    AttentionOptions quest = AttentionOptions.defaults().withTokenBudget(512);
    try (Engine engine = Engine.open(model, EngineOptions.defaults().withAttention(quest))) {
      GenerateRequest request =
          GenerateRequest.of(Prompt.user("What is the capital of France?"))
              .withMaxTokens(64)
              .withSampling(SamplingOptions.GREEDY.withTemperature(0.2f).withSeed(7));
      try (Stream<Generation.Token> answer = engine.stream(request)) {
        answer.forEach(token -> System.out.print(token.text()));
      }
      GenerationResult result = engine.generate(request);
      System.out.println();
      System.out.println(
          result.kv().pagesSelectedMean() + " of " + result.kv().pages() + " pages read");
      assertThat(result.text()).contains("Paris");
    }
  }

  @Test
  void isTheOneThatTheReadmeShows() throws IOException {
    String readme = Files.readString(README);
    int section = readme.indexOf("## In a Java program");
    int start = readme.indexOf("```java\n", section) + "```java\n".length();
    String example = readme.substring(start, readme.indexOf("```", start));
    String shown = example.replaceAll("\\s", "");
    String compiled = Files.readString(SOURCE).replaceAll("\\s", "");
    String assertion = "assertThat(result.text()).contains(\"Paris\");";
    assertThat(compiled.replace(assertion, "")).contains(shown);
  }
}
