package io.github.quest4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.AttentionOptions;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The example of README.md, compiled and run. */
class ReadmeExampleTest {

  @Test
  void runs() {
    Path model = TestModels.smollm2();
    AttentionOptions quest = AttentionOptions.defaults().withTokenBudget(512);
    try (Engine engine = Engine.open(model, EngineOptions.defaults().withAttention(quest))) {
      GenerateRequest request =
          GenerateRequest.of(Prompt.user("What is the capital of France?"))
              .withMaxTokens(64)
              .withSampling(SamplingOptions.GREEDY.withTemperature(0.7f).withSeed(7));
      String streamed;
      try (Stream<Generation.Token> answer = engine.stream(request)) {
        streamed = answer.map(Generation.Token::text).collect(Collectors.joining());
      }
      GenerationResult result = engine.generate(request);
      assertThat(streamed).isEqualTo(result.text()).isNotEmpty();
      assertThat(engine.pagesInUse()).isZero();
    }
  }
}
