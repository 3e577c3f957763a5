package io.github.quest4j.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What README.md says of clients, run as it stands there; only the port is another one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadmeClientsTest {

  private static final Path README = Path.of("..", "..", "README.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/github/quest4j/clients/ReadmeClientsTest.java");
  private static final String SHOWN_ADDRESS = "http://127.0.0.1:8080";

  private final RunningServer server = RunningServer.open();

  @AfterAll
  void close() {
    server.close();
  }

  /** The first block in a language of the section on serving. */
  private static String block(String language) throws IOException {
    String readme = Files.readString(README);
    int section = readme.indexOf("\n## Serve\n");
    String fence = "\n```" + language + "\n";
    int start = readme.indexOf(fence, section);
    assertThat(section).isPositive();
    assertThat(start).isPositive().isLessThan(readme.indexOf("\n## ", section + 1));
    start += fence.length();
    String block = readme.substring(start, readme.indexOf("\n```", start));
    assertThat(block).contains(SHOWN_ADDRESS);
    return block;
  }

  private String here(String block) {
    return block.replace(SHOWN_ADDRESS, server.address());
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Ended ended = Ended.run(List.of(command), environment -> {});
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }

  /** Without a meter of progress, and failing where the server refuses. */
  private String curl(String command) throws IOException, InterruptedException {
    String quiet = "curl() { command curl --no-progress-meter --fail-with-body \"$@\"; }\n";
    return run("bash", "-euc", quiet + here(command));
  }

  @Test
  void itsCommandsForCurlAnswer() throws Exception {
    String[] commands = block("bash").split("\n\n");
    assertThat(commands).hasSize(2);
    String whole = curl(commands[0]);
    assertThat(whole).contains("\"chat.completion\"").contains("Paris");
    String streamed = curl(commands[1]);
    assertThat(streamed.lines().filter(line -> line.startsWith("data: "))).hasSizeGreaterThan(4);
    assertThat(streamed).contains("Paris").endsWith("data: [DONE]\n\n");
  }

  @Test
  void itsPythonProgramAnswers() throws Exception {
    Path python = PythonPackages.interpreter();
    assertThat(run(python.toString(), "-c", here(block("python")))).contains("Paris");
  }

  @Test
  void itsJavaProgramIsTheOneBelow() throws Exception {
    String shown = block("java").replace('"' + SHOWN_ADDRESS + "/v1\"", "base");
    String answer = "System.out.println(";
    assertThat(shown).contains(answer);
    String compiled = Files.readString(SOURCE).replaceAll("\\s", "");
    assertThat(compiled)
        .contains(shown.substring(0, shown.indexOf(answer)).replaceAll("\\s", ""))
        .contains(
            shown.substring(shown.indexOf(answer) + answer.length()).replaceAll("\\s|\\);$", ""));
  }

  @Test
  void itsJavaProgramAnswers() {
    String base = server.api();
    OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(base).apiKey("none").build();
    ChatCompletionCreateParams question =
        ChatCompletionCreateParams.builder()
            .model("smollm2")
            .temperature(0)
            .addUserMessage("What is the capital of France?")
            .build();
    ChatCompletion answer = client.chat().completions().create(question);
    assertThat(answer.choices().getFirst().message().content().orElseThrow()).contains("Paris");
    client.close();
  }
}
