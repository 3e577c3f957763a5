package io.github.quest4j.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model. */
final class ModelNameMixin {

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      defaultValue = "smollm2",
      description =
          "a catalogue name, hf:OWNER/REPO/FILE.gguf, a URL or a path (default: ${DEFAULT-VALUE})")
  String model = "smollm2";

  /** Its file, fetched if need be. */
  Path path(CommonMixin common) {
    return Models.resolve(model, common);
  }
}
