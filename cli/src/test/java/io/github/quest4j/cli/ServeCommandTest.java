package io.github.quest4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code quest serve} as a process of its own: from its first line to its end by a signal. */
class ServeCommandTest {

  private static final Pattern ADDRESS = Pattern.compile("served at (http://127\\.0\\.0\\.1:\\d+)");
  private final HttpClient client = HttpClient.newHttpClient();

  private static String address(BufferedReader out) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher matcher = ADDRESS.matcher(line);
      if (matcher.find()) {
        assertThat(line).contains("curl");
        return matcher.group(1);
      }
    }
    throw new AssertionError("the server said no address");
  }

  private HttpResponse<java.util.stream.Stream<String>> stream(String address, int tokens)
      throws Exception {
    String body =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Tell a secret story.\"}], \"stream\":"
            + " true, \"ignore_eos\": true, \"max_tokens\": "
            + tokens
            + "}";
    return client.send(
        HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofLines());
  }

  @Test
  void aSignalLetsRunningRequestsEnd() throws Exception {
    Process process = OwnProcess.start("serve", "--port", "0", "--context", "1024");
    try (BufferedReader out = process.inputReader()) {
      String address = address(out);
      URI metrics = URI.create(address + "/metrics");
      var scraped =
          client.send(
              HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(scraped.body()).contains("quest_ready 1");
      var response = stream(address, 40);
      process.toHandle().destroy(); // SIGTERM
      List<String> data = response.body().filter(line -> line.startsWith("data: ")).toList();
      assertThat(data.getLast()).isEqualTo("data: [DONE]");
      String rest = String.join("\n", out.lines().toList());
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(rest).contains("status=200 stream").doesNotContain("secret", "/metrics");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatTakesTooLongToDrainIsEnded() throws Exception {
    Process process =
        OwnProcess.start(
            "serve", "--port", "0", "--drain-seconds", "0", "--context", "2048", "--log-prompts");
    try (BufferedReader out = process.inputReader()) {
      var response = stream(address(out), 2_000);
      process.toHandle().destroy();
      List<String> lines = response.body().toList();
      assertThat(String.join("\n", lines)).contains("\"draining\"").doesNotContain("[DONE]");
      String rest = String.join("\n", out.lines().toList());
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(rest).contains("secret story");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatCannotBeServedIsSaidInASentence() {
    assertThat(Ended.quest("serve", "--host", "0.0.0.0").err())
        .contains("--api-key-file")
        .contains("--allow-no-key");
    assertThat(Ended.quest("serve", "--tls-key", "x").err()).contains("go together");
    assertThat(Ended.quest("serve", "--port", "70000").err()).contains("port is not in");
    assertThat(Ended.quest("serve", "--api-key-file", "/nowhere").err()).contains("no such file");
    assertThat(Ended.quest("chat", "--server", "localhost").err()).contains("--server");
  }
}
