package io.github.quest4j.cli;

import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.store.CatalogueModel;
import io.github.quest4j.engine.store.ModelStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
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

  Supplier<ModelStore> store = ModelStore::open;

  /** Its file, fetched if need be. */
  Path path(CommonMixin common) {
    return Models.resolve(store.get(), model, common);
  }

  /** Its entry in the catalogue. An address has one only once its file is here. */
  Optional<CatalogueModel> known() {
    return store.get().known(model);
  }

  /** What holds for all that is not typed: the model's own defaults, else the general ones. */
  EngineOptions defaults() {
    return store.get().engineOptions(model);
  }
}
