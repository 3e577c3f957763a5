package io.github.quest4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A conversation typed at a process of its own. */
class ChatCommandTest {

  @Test
  void commandsAreNotSentToTheModel() throws Exception {
    Process process = OwnProcess.start("chat", "-n", "4");
    try {
      process
          .getOutputStream()
          .write("/help\nHello\n/bye\nnever read\n".getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(said).contains("/help is not known: /new starts over, /quit or Ctrl-D ends");
      assertThat(said.split("generated at", -1)).as("answers in: " + said).hasSize(2);
    } finally {
      process.destroyForcibly();
    }
  }
}
