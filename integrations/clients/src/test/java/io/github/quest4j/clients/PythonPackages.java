package io.github.quest4j.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The Python of this machine with the packages of {@code requirements.txt}, in an environment below
 * {@code target} that is kept for the next time.
 */
final class PythonPackages {

  private static final Path HOME = Path.of("target", "python");
  private static final Path MARK = HOME.resolve("requirements.txt");

  private PythonPackages() {}

  /**
   * Its interpreter. The test is skipped where it cannot be had, unless QUEST_REQUIRE_MODEL=1.
   *
   * @throws IllegalStateException if it must be there and is not
   */
  static Path interpreter() throws IOException, InterruptedException {
    Path requirements = resource("requirements.txt");
    String wanted = Files.readString(requirements);
    Path python = HOME.resolve("bin", "python").toAbsolutePath();
    if (Files.exists(MARK) && Files.readString(MARK).equals(wanted)) {
      return python;
    }
    Optional<String> failed = run("python3", "-m", "venv", "--clear", HOME.toString());
    if (failed.isEmpty()) {
      failed =
          run(
              python.toString(),
              "-m",
              "pip",
              "install",
              "--quiet",
              "--disable-pip-version-check",
              "-r",
              requirements.toString());
    }
    if (failed.isPresent()) {
      String reason = "the package of " + wanted.strip() + " cannot be had: " + failed.get();
      if ("1".equals(System.getenv("QUEST_REQUIRE_MODEL"))) {
        throw new IllegalStateException(reason);
      }
      System.out.println("a test with Python is skipped: " + reason);
      Assumptions.abort(reason);
    }
    Files.writeString(MARK, wanted);
    return python;
  }

  /** A file that lies beside this class. */
  static Path resource(String name) {
    return Path.of("src/test/resources/io/github/quest4j/clients", name).toAbsolutePath();
  }

  /** What a command said if it failed. */
  private static Optional<String> run(String... command) throws InterruptedException {
    try {
      Ended ended = Ended.run(List.of(command), environment -> {});
      return ended.status() == 0 ? Optional.empty() : Optional.of(ended.output());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
