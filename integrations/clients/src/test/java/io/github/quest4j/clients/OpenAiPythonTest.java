package io.github.quest4j.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs {@code openai_client.py}: answers of the server, as Python's openai package reads them. */
class OpenAiPythonTest {

  @Test
  void thePackageReadsTheAnswers() throws Exception {
    Path python = PythonPackages.interpreter();
    Path script = PythonPackages.resource("openai_client.py");
    try (RunningServer server = RunningServer.withKey()) {
      Ended ended =
          Ended.run(
              List.of(python.toString(), "-W", "error", script.toString()),
              environment -> {
                environment.put("OPENAI_BASE_URL", server.api());
                environment.put("OPENAI_API_KEY", RunningServer.KEY);
                environment.put("PYTHONDONTWRITEBYTECODE", "1");
              });
      assertThat(ended.status()).as(ended.output()).isZero();
      assertThat(ended.output()).containsPattern("Ran \\d{2} tests").doesNotContain("skipped");
    }
  }
}
