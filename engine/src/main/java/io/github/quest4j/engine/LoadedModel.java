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

  private LoadedModel(GgufFile file, Workers workers, EngineOptions options, long startNanos) {
    Path fileName = file.path().getFileName();
    this.name = fileName == null ? file.path().toString() : fileName.toString();
    this.file = file;
    this.workers = workers;
    this.backend =
        new CpuBackend(workers, Kernels.best(), MemoryLimit.of(MachineMemory.forWeightCopies()));
    this.transformer = Transformer.load(file, backend);
    int own = transformer.config().context();
    if (options.context() > own) {
      throw new EngineException(
          "context "
              + options.context()
              + " is beyond the model's own: "
              + name
              + " was made for "
              + own
              + " tokens");
    }
    this.context = options.context() == 0 ? own : options.context();
    this.tokenizer = ModelTokenizer.of(file);
    this.template = ModelTokenizer.template(file);
    this.memory = MemoryLimit.of(options.kvLimit());
    this.loadSeconds = (System.nanoTime() - startNanos) / 1e9;
  }

  /** Loads what an open file holds; closes it where that fails. */
  static LoadedModel of(GgufFile file, EngineOptions options, long startNanos) {
    // Compiled code assumes that there are no kinds of segments but those seen so far: kernels that
    // were compiled before the first one on the heap came would be thrown away then.
    MemorySegment.ofArray(new byte[1]);
    Workers workers = null;
    boolean done = false;
    try {
      options.attention().check(options.pageSize());
      workers = Workers.of(options.threads());
      LoadedModel model = new LoadedModel(file, workers, options, startNanos);
      done = true;
      return model;
    } finally {
      if (!done) {
        if (workers != null) {
          workers.close();
        }
        file.close();
      }
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
