package io.github.quest4j.cli;

import io.github.quest4j.engine.store.ModelStore;
import java.nio.file.Path;

/** Finds models in the user's store, and shows how a pull goes on. */
final class Models {

  private Models() {}

  /** The model's file; pulled first, with progress on standard error, where it is not here. */
  static Path resolve(String model) {
    return resolve(model, false);
  }

  static Path resolve(String model, boolean quiet) {
    try (PullProgress progress = new PullProgress(quiet)) {
      return ModelStore.open().resolve(model, progress);
    }
  }
}
