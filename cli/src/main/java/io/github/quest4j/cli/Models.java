package io.github.quest4j.cli;

import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.engine.store.ModelStoreException;
import io.github.quest4j.engine.store.PullListener;
import java.nio.file.Path;
import java.util.function.Function;

/** Finds models in the user's store, and shows how a pull goes on. */
final class Models {

  private Models() {}

  /** The model's file; pulled first, with progress on standard error, where it is not here. */
  static Path resolve(String model, CommonMixin common) {
    return resolve(ModelStore.open(), model, common);
  }

  /** The same in a given store. */
  static Path resolve(ModelStore store, String model, CommonMixin common) {
    return provide(common, progress -> store.resolve(model, progress));
  }

  /** Like {@link #resolve}, but a file that is here is checked. */
  static Path pull(ModelStore store, String model, CommonMixin common) {
    return provide(common, progress -> store.pull(model, progress));
  }

  /** Ctrl-C ends a pull in order, so that it can say that the next one resumes it. */
  private static Path provide(CommonMixin common, Function<PullListener, Path> pull) {
    try (PullProgress progress = new PullProgress(common.quiet);
        Interrupt interrupt = Interrupt.on(Thread.currentThread()::interrupt)) {
      Path path = pull.apply(progress);
      if (interrupt.came() && Thread.interrupted()) {
        throw new ModelStoreException("interrupted", new InterruptedException());
      }
      return path;
    }
  }
}
