package io.github.quest4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of README.md with LangChain4j: compiled, run, and the same in both places. */
class ReadmeExampleTest {

  private static final Path README = Path.of("..", "..", "README.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/github/quest4j/langchain4j/ReadmeExampleTest.java");
  private static final String ASSERTION =
      "assertThat(response.aiMessage().text()).contains(\"Paris\");";

  @Test
  void runs() {
    try (Engine engine =
            Engine.open(ModelStore.open().resolve("smollm2"), EngineOptions.defaults());
        QuestChatModel model = QuestChatModel.builder().engine(engine).tokenBudget(512).build()) {
      ChatResponse response = model.chat(UserMessage.from("What is the capital of France?"));
      System.out.println(response.aiMessage().text());
      QuestChatResponseMetadata metadata = (QuestChatResponseMetadata) response.metadata();
      System.out.println(metadata.kv().bytesReadPerToken() + " bytes read per token");
      assertThat(response.aiMessage().text()).contains("Paris");
    }
  }

  @Test
  void isTheOneThatTheReadmeShows() throws IOException {
    String readme = Files.readString(README);
    String section = readme.substring(readme.indexOf("\n## With LangChain4j\n"));
    int start = section.indexOf("```java\n") + "```java\n".length();
    String shown = section.substring(start, section.indexOf("```", start)).replaceAll("\\s", "");
    String compiled = Files.readString(SOURCE).replace(ASSERTION, "").replaceAll("\\s", "");
    assertThat(shown).contains("QuestChatModel.builder()");
    assertThat(compiled).contains(shown);
  }
}
