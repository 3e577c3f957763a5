package io.github.quest4j.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A program that has ended.
 *
 * @param status its exit status
 * @param output all that it said, on standard output and standard error
 */
record Ended(int status, String output) {

  /**
   * Runs a program to its end.
   *
   * @param environment changes the variables that it sees
   */
  static Ended run(List<String> command, Consumer<Map<String, String>> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    environment.accept(builder.environment());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
