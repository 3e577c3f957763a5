package io.github.quest4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** llama.cpp's {@code llama-bench}, run as a process on one model file. */
final class LlamaBench {

  /**
   * Tokens per second.
   *
   * @param prefill of the prompt; NaN where none was asked for
   * @param decode of the generation; NaN where none was asked for
   */
  record Figures(double prefill, double decode) {}

  // Its objects are flat but for arrays of numbers, so no JSON parser is needed.
  private static final Pattern OBJECT = Pattern.compile("\\{[^{}]*}");

  private final Path program;
  private final Path model;

  /**
   * Checks that the program can be started.
   *
   * @throws BenchmarkException if it is missing
   */
  LlamaBench(Path program, Path model) {
    this.program = program.toAbsolutePath();
    this.model = model;
    if (!Files.isRegularFile(program)) {
      throw new BenchmarkException(
          "no llama-bench at " + program + ": build llama.cpp and give the path of that program");
    }
    if (!Files.isExecutable(program)) {
      throw new BenchmarkException(program + " may not be run: make it executable (chmod +x)");
    }
  }

  /**
   * Runs the program once and waits for its end. One process measures both, since most of its time
   * goes into filling the depth.
   *
   * @param prompt tokens read behind the depth; 0 for none
   * @param generate tokens generated behind the depth; 0 for none
   * @throws BenchmarkException with what it said last if it fails
   */
  Figures run(int prompt, int generate, int depth, int threads) {
    List<String> command =
        List.of(
            program.toString(),
            "-m",
            model.toString(),
            "-fa",
            "1",
            "-p",
            Integer.toString(prompt),
            "-n",
            Integer.toString(generate),
            "-d",
            Integer.toString(depth),
            "-t",
            Integer.toString(threads),
            "-r",
            "1",
            "-o",
            "json");
    String output = output(command);
    return new Figures(
        prompt == 0 ? Double.NaN : speed(output, "n_prompt", prompt),
        generate == 0 ? Double.NaN : speed(output, "n_gen", generate));
  }

  private String output(List<String> command) {
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new BenchmarkException(program + " cannot be started: " + e.getMessage(), e);
    }
    try {
      CompletableFuture<String> last = inBackground(() -> lastLine(process.errorReader()));
      String output = all(process.inputReader(StandardCharsets.UTF_8));
      int code = process.waitFor();
      if (code != 0) {
        throw new BenchmarkException(
            "llama-bench ended with exit code " + code + "; it said last: " + last.get());
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted while llama-bench ran", e);
    } catch (ExecutionException | IOException e) {
      throw new BenchmarkException("what llama-bench says cannot be read: " + e.getMessage(), e);
    } finally {
      process.destroy();
    }
  }

  private static CompletableFuture<String> inBackground(Supplier<String> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
  }

  private static String all(BufferedReader reader) throws IOException {
    try (reader) {
      return reader.readAllAsString();
    }
  }

  private static String lastLine(BufferedReader reader) {
    return reader
        .lines()
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .reduce("nothing", (a, b) -> b);
  }

  private static double speed(String output, String field, int count) {
    Matcher objects = OBJECT.matcher(output);
    while (objects.find()) {
      String object = objects.group();
      if (number(object, field) == count) {
        double speed = number(object, "avg_ts");
        if (speed > 0) {
          return speed;
        }
      }
    }
    throw new BenchmarkException(
        "llama-bench printed no speed for " + field + " " + count + ": its JSON has none");
  }

  private static double number(String object, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\"\\s*:\\s*([0-9.eE+-]+)").matcher(object);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
  }
}
