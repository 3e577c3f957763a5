package io.github.quest4j.engine;

import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.MemoryLimit;
import io.github.quest4j.attention.work.Workers;
import io.github.quest4j.engine.constrain.Constraints;
import io.github.quest4j.model.chat.ChatTemplate;
import io.github.quest4j.model.compute.cpu.CpuBackend;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.tokenizer.Tokenizer;
import io.github.quest4j.model.transformer.Transformer;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A model file with all that computes with it: what an engine and its siblings share, the limit of
 * their caches and their turn included.
 */
final class LoadedModel implements AutoCloseable {

  final String name;
  final GgufFile file;
  final Tokenizer tokenizer;
  final Optional<ChatTemplate> template;
  final Workers workers;
  final CpuBackend backend;
  final Transformer transformer;
  final MemoryLimit memory;
  final int context; // tokens that a sequence may have
  final double loadSeconds;
  final ReentrantLock turn = new ReentrantLock(true); // of one forward pass after the other

  private @Nullable Constraints constraints; // once they are asked for

  private LoadedModel(
      GgufFile file,
      Workers workers,
      CpuBackend backend,
      Transformer transformer,
      Tokenizer tokenizer,
      Optional<ChatTemplate> template,
      EngineOptions options,
      long startNanos) {
    this.name = name(file);
    this.file = file;
    this.workers = workers;
    this.backend = backend;
    this.transformer = transformer;
    this.context = options.context() == 0 ? transformer.config().context() : options.context();
    this.tokenizer = tokenizer;
    this.template = template;
    this.memory = MemoryLimit.of(options.kvLimit());
    this.loadSeconds = (System.nanoTime() - startNanos) / 1e9;
  }

  private static String name(GgufFile file) {
    Path fileName = file.path().getFileName();
    return fileName == null ? file.path().toString() : fileName.toString();
  }

  /** Loads what an open file holds; closes it where that fails. */
  static LoadedModel of(GgufFile file, EngineOptions options, long startNanos) {
    // Compiled code assumes that there are no kinds of segments but those seen so far: kernels that
    // were compiled before the first one on the heap came would be thrown away then.
    MemorySegment.ofArray(new byte[1]);
    // Each takes a tenth of a second in a young JVM.
    Beside<Tokenizer> tokenizer = Beside.start("quest-tokenizer", () -> ModelTokenizer.of(file));
    Beside<Optional<ChatTemplate>> template =
        Beside.start("quest-template", () -> ModelTokenizer.template(file));
    Workers workers = null;
    boolean done = false;
    try {
      options.attention().check(options.pageSize());
      workers = Workers.of(options.threads());
      CpuBackend backend =
          new CpuBackend(workers, Kernels.best(), MemoryLimit.of(MachineMemory.forWeightCopies()));
      Transformer transformer = Transformer.load(file, backend);
      checkContext(options.context(), transformer.config().context(), file);
      LoadedModel model =
          new LoadedModel(
              file,
              workers,
              backend,
              transformer,
              tokenizer.get(),
              template.get(),
              options,
              startNanos);
      done = true;
      return model;
    } finally {
      if (!done) {
        if (workers != null) {
          workers.close();
        }
        tokenizer.end(); // they read the file
        template.end();
        file.close();
      }
    }
  }

  private static void checkContext(int context, int own, GgufFile file) {
    if (context > own) {
      throw new EngineException(
          "context "
              + context
              + " is beyond the model's own: "
              + name(file)
              + " was made for "
              + own
              + " tokens");
    }
  }

  synchronized Constraints constraints() {
    if (constraints == null) {
      constraints = new Constraints(tokenizer);
    }
    return constraints;
  }

  @Override
  public void close() {
    backend.close();
    workers.close();
    file.close();
  }
}
