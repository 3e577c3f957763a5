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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
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

  /** What turns texts into tokens. */
  private record Texts(Tokenizer tokenizer, Optional<ChatTemplate> template) {
    static Texts of(GgufFile file) {
      return new Texts(ModelTokenizer.of(file), ModelTokenizer.template(file));
    }
  }

  private LoadedModel(
      GgufFile file,
      Workers workers,
      CpuBackend backend,
      Transformer transformer,
      Texts texts,
      EngineOptions options,
      long startNanos) {
    this.name = name(file);
    this.file = file;
    this.workers = workers;
    this.backend = backend;
    this.transformer = transformer;
    this.context = options.context() == 0 ? transformer.config().context() : options.context();
    this.tokenizer = texts.tokenizer;
    this.template = texts.template;
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
    // Vocabulary and template beside the rest, since each takes a tenth of a second in a young JVM.
    FutureTask<Texts> texts = new FutureTask<>(() -> Texts.of(file));
    Thread.ofPlatform().daemon().name("quest-tokenizer").start(texts);
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
          new LoadedModel(file, workers, backend, transformer, await(texts), options, startNanos);
      done = true;
      return model;
    } finally {
      if (!done) {
        if (workers != null) {
          workers.close();
        }
        awaitEnd(texts); // it reads the file
        file.close();
      }
    }
  }

  /** The result of a task, or what it threw. */
  private static Texts await(FutureTask<Texts> texts) {
    awaitEnd(texts);
    if (texts.state() == Future.State.FAILED) {
      switch (texts.exceptionNow()) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
    return texts.resultNow();
  }

  private static void awaitEnd(FutureTask<Texts> texts) {
    boolean interrupted = false;
    while (!texts.isDone()) {
      try {
        texts.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        // It has ended; who wants the result gets this.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
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
