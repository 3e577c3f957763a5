package io.github.quest4j.engine;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.attention.AttentionShape;
import io.github.quest4j.attention.PagedAttention;
import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.attention.kernel.Kernels;
import io.github.quest4j.attention.kv.KvLayout;
import io.github.quest4j.attention.kv.KvPage;
import io.github.quest4j.attention.kv.OutOfPagesException;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.attention.select.PageScorer;
import io.github.quest4j.attention.select.PageSelector;
import io.github.quest4j.engine.constrain.Constraints;
import io.github.quest4j.model.chat.ChatTemplate;
import io.github.quest4j.model.chat.Message;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.tokenizer.SpecialToken;
import io.github.quest4j.model.tokenizer.Tokenizer;
import io.github.quest4j.model.transformer.ForwardBatch;
import io.github.quest4j.model.transformer.ModelConfig;
import io.github.quest4j.model.transformer.Transformer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A model, open and ready: the API that a Java program embeds.
 *
 * <p>Thread-safe: callers on several threads take turns, one forward pass at a time.
 */
public final class Engine implements AutoCloseable {

  private static final int FIRST_PIECE = 32;
  private static final System.Logger LOG = System.getLogger("io.github.quest4j.engine");

  private final LoadedModel model;
  private final EngineOptions options;
  private final PagePool pool;
  private final PagedAttention attention;
  private final boolean borrowed; // the model
  private final AtomicLong prefilled = new AtomicLong(); // tokens of prompts read so far
  private final Set<Sequence> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean warned = new AtomicBoolean();
  private final Set<Engine> siblings = ConcurrentHashMap.newKeySet();
  private boolean closed;

  private Engine(LoadedModel model, EngineOptions options, boolean borrowed) {
    this.model = model;
    this.options = options;
    this.borrowed = borrowed;
    PageScorer scorer = PageScorer.of(options.attention().scorer());
    ModelConfig config = model.transformer.config();
    this.pool =
        PagePool.open(
            new KvLayout(
                options.pageSize(), options.kvType(), config.layerShapes(), scorer.digest()),
            model.memory);
    AttentionShape shape = new AttentionShape(config.heads(), config.attentionScale());
    this.attention = new PagedAttention(pool, shape, scorer, Kernels.best(), model.workers);
  }

  /**
   * A second engine on this one's model, with pages of another size or digests of another scorer:
   * weights, threads and the limit of the KV cache are shared, and so is the turn, one forward pass
   * at a time. It ends with this engine at the latest.
   *
   * @throws IllegalArgumentException if the attention options do not fit the page size
   */
  public Engine sibling(int pageSize, AttentionOptions how) {
    how.check(pageSize);
    model.turn.lock();
    try {
      requireOpen();
      Engine sibling = new Engine(model, options.withPageSize(pageSize).withAttention(how), true);
      sibling.prefilled.set(prefilled.get());
      siblings.removeIf(other -> other.closed);
      siblings.add(sibling);
      return sibling;
    } finally {
      model.turn.unlock();
    }
  }

  /** Opens a model file with the defaults. */
  public static Engine open(Path model) {
    return open(model, EngineOptions.defaults());
  }

  /**
   * Opens a model file. Its weights are mapped, not read.
   *
   * @throws io.github.quest4j.model.gguf.GgufException if the file is no model that can be run,
   *     naming what is wrong
   * @throws EngineException if the context is beyond the model's
   * @throws IllegalArgumentException if the attention options do not fit the page size
   */
  public static Engine open(Path model, EngineOptions options) {
    long start = System.nanoTime();
    options.attention().check(options.pageSize());
    return new Engine(LoadedModel.of(GgufFile.open(model), options, start), options, false);
  }

  /**
   * Opens a model whose file is open already, or lies in memory. The engine closes it, also where
   * opening fails.
   *
   * @throws RuntimeException as {@link #open(Path, EngineOptions)}
   */
  public static Engine open(GgufFile model, EngineOptions options) {
    return new Engine(LoadedModel.of(model, options, System.nanoTime()), options, false);
  }

  /** The model's file name. */
  public String name() {
    return model.name;
  }

  /** How it was opened. */
  public EngineOptions options() {
    return options;
  }

  /** Tokens that a sequence may have. */
  public int context() {
    return model.context;
  }

  /** The model's sizes. */
  public ModelConfig config() {
    return model.transformer.config();
  }

  /** The device and the kernels chosen, in one line. */
  public String describe() {
    return model.backend.describe();
  }

  /** Seconds that opening took. */
  public double loadSeconds() {
    return model.loadSeconds;
  }

  /** Bytes of weights that one decode step reads. */
  public long weightBytesPerToken() {
    return model.transformer.weightBytesPerToken();
  }

  /** The model's tokenizer. */
  public Tokenizer tokenizer() {
    return model.tokenizer;
  }

  /** The model's chat template, where it has one. */
  public Optional<ChatTemplate> chatTemplate() {
    return model.template;
  }

  /** Makes constraints on generated texts; the first call takes some hundred milliseconds. */
  public Constraints constraints() {
    return model.constraints();
  }

  /** The token that begins a sequence, where the model asks for one. */
  public OptionalInt beginningOfSequence() {
    return model.tokenizer.vocabulary().addBos()
        ? model.tokenizer.vocabulary().id(SpecialToken.BOS)
        : OptionalInt.empty();
  }

  /** The pages of its sequences. */
  public PagePool pool() {
    return pool;
  }

  /** Pages leased to sequences, now. */
  public long pagesInUse() {
    return pool.pagesInUse();
  }

  /** Native bytes that the KV cache holds, pages and digests. */
  public long kvBytesReserved() {
    return model.memory.used();
  }

  /** A new empty sequence to feed by hand. */
  public Sequence sequence(AttentionOptions how) {
    how.check(options.pageSize());
    return track(how, how.scored(), () -> attention.open(how));
  }

  /**
   * A new sequence that begins with full pages of another one, read by prefill; it shares them.
   *
   * @param prefix as {@link io.github.quest4j.attention.kv.KvCache#open(PagePool, List)} wants them
   */
  public Sequence sequence(AttentionOptions how, List<KvPage> prefix) {
    how.check(options.pageSize());
    return track(how, how.scored(), () -> attention.open(how, prefix));
  }

  /**
   * A new empty sequence that is read by a policy of the caller's own; {@code how} says the rest.
   */
  public Sequence sequence(AttentionOptions how, PageSelector policy) {
    return track(how, policy.needsScores(), () -> attention.open(how, policy));
  }

  /**
   * The exact tokens of a prompt.
   *
   * @throws EngineException if the model has no chat template and the prompt is a conversation
   */
  public int[] tokens(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Raw raw -> model.tokenizer.encode(raw.text(), true, true);
      case Prompt.Chat chat -> model.tokenizer.encode(render(chat.messages()), false, true);
      case Prompt.Tokens tokens -> tokens.ids().stream().mapToInt(Integer::intValue).toArray();
    };
  }

  /** What the chat template makes of a conversation, ready for the answer. */
  public String render(List<Message> messages) {
    return render(messages, List.of());
  }

  /**
   * What the chat template makes of a conversation in which tools are on offer, ready for the
   * answer.
   *
   * @param tools plain Java, as {@link ChatTemplate#renderChat} wants them
   * @throws EngineException if the model has no chat template
   */
  public String render(
      List<Message> messages, List<? extends Map<String, ? extends @Nullable Object>> tools) {
    ChatTemplate chatTemplate =
        model.template.orElseThrow(() ->
            new EngineException(
                model.name
                    + " has no chat template: give the text as it is (--raw on the command line, Prompt.raw in Java)"));
    return ModelTokenizer.render(chatTemplate, model.tokenizer, messages, tools);
  }

  /**
   * Starts a generation that the caller drives; nothing is computed before its first {@link
   * Generation#next}.
   *
   * @throws EngineException if the prompt is empty or does not fit the context
   */
  public Generation start(GenerateRequest request, GenerationListener listener) {
    AttentionOptions how = request.attention().orElse(options.attention());
    int[] prompt = promptOf(request);
    int tail = tail(prompt, request.sparseTail());
    return new Generation(
        sequence(how),
        request,
        how,
        model.tokenizer,
        prompt,
        tail,
        model.context,
        config().vocabulary(),
        listener);
  }

  /**
   * The tokens of a request's prompt, if it can be served.
   *
   * @throws EngineException if the prompt is empty or does not fit the context
   * @throws IllegalArgumentException if a token is not of the vocabulary
   */
  public int[] promptOf(GenerateRequest request) {
    int[] prompt = tokens(request.prompt());
    if (prompt.length == 0) {
      throw new EngineException("the prompt is empty: give it at least one token");
    }
    if (prompt.length > model.context) {
      throw new EngineException(
          "the prompt has "
              + prompt.length
              + " tokens, more than the context of "
              + model.context
              + ": shorten it or raise the context (the model's own is "
              + config().context()
              + ")");
    }
    for (int token : prompt) {
      if (token < 0 || token >= config().vocabulary()) {
        throw new IllegalArgumentException(
            "token " + token + " is not in the vocabulary of " + config().vocabulary());
      }
    }
    return prompt;
  }

  /**
   * Tokens at a prompt's end that stand for its last characters, rounded up; never all of them,
   * since one must be prefilled.
   */
  public int tail(int[] prompt, int lastCharacters) {
    int tokens = 0;
    int characters = 0;
    while (tokens < prompt.length - 1 && characters < lastCharacters) {
      tokens++;
      characters += model.tokenizer.decode(prompt[prompt.length - tokens]).length();
    }
    return tokens;
  }

  /** Generates to the end. */
  public GenerationResult generate(GenerateRequest request) {
    return generate(request, new GenerationListener() {});
  }

  /** Generates to the end and tells of each token. */
  public GenerationResult generate(GenerateRequest request, GenerationListener listener) {
    try (Generation generation = start(request, listener)) {
      return generation.result();
    }
  }

  /** Generates as the stream is consumed; closing the stream cancels. */
  public Stream<Generation.Token> stream(GenerateRequest request) {
    Generation generation = start(request, new GenerationListener() {});
    return StreamSupport.stream(new GenerationSpliterator(generation), false)
        .onClose(generation::close);
  }

  Sequence fork(Sequence sequence, AttentionOptions how) {
    return track(how, how.scored(), () -> sequence.attention().fork(how));
  }

  Sequence fork(Sequence sequence, AttentionOptions how, PageSelector policy) {
    return track(how, policy.needsScores(), () -> sequence.attention().fork(how, policy));
  }

  Sequence copy(Sequence sequence, AttentionOptions how) {
    try {
      return track(how, how.scored(), () -> sequence.attention().copyTo(attention, how));
    } catch (OutOfPagesException e) {
      throw noPages(e);
    }
  }

  private static EngineException noPages(OutOfPagesException e) {
    return new EngineException(
        Objects.requireNonNullElse(e.getMessage(), "no memory for pages"), e);
  }

  Sequence fork(Sequence sequence) {
    SequenceAttention from = sequence.attention();
    return track(from.options(), from.selector().needsScores(), from::fork);
  }

  /** Opens a sequence that lives until it is closed, or the engine is. */
  private Sequence track(
      AttentionOptions how, boolean scored, Supplier<SequenceAttention> opening) {
    if (scored) {
      requireScorer(how);
      how.warning()
          .filter(warning -> warned.compareAndSet(false, true))
          .ifPresent(warning -> LOG.log(System.Logger.Level.WARNING, warning));
    }
    model.turn.lock();
    try {
      requireOpen();
      Sequence sequence = new Sequence(this, opening.get(), config().vocabulary());
      open.add(sequence);
      return sequence;
    } finally {
      model.turn.unlock();
    }
  }

  void forget(Sequence sequence) {
    open.remove(sequence);
  }

  /**
   * Tokens of a prompt that the next pass should read. The first passes of an engine are short:
   * until its kernels are compiled a token takes a hundred times as long, so there should be few of
   * them.
   */
  public int piece() {
    return (int) Math.min(options.prefillChunk(), Math.max(FIRST_PIECE, prefilled.get()));
  }

  /**
   * Runs one pass over several sequences of this engine: what sequences and the scheduler stand on.
   * If it fails, the sequences are as before.
   *
   * @throws EngineException if the context or the memory for pages is exceeded
   */
  public void forward(ForwardBatch batch, Transformer.LogitsSink sink) {
    model.turn.lock();
    try {
      requireOpen();
      for (ForwardBatch.Part part : batch.parts()) {
        int end = part.sequence().cache().length() + part.count();
        if (end > model.context) {
          throw new EngineException(
              "the context of " + model.context + " tokens is full: " + end + " are needed");
        }
      }
      model.transformer.forward(batch, attention, sink);
      prefilled.addAndGet(batch.rows().prefill());
    } catch (OutOfPagesException e) {
      throw noPages(e);
    } finally {
      model.turn.unlock();
    }
  }

  /**
   * Checks whether sequences can attend so.
   *
   * @throws EngineException if the pages' digests are another scorer's
   * @throws IllegalArgumentException if the options do not fit the page size
   */
  public void check(AttentionOptions how) {
    how.check(options.pageSize());
    if (how.scored()) {
      requireScorer(how);
    }
  }

  private void requireScorer(AttentionOptions how) {
    if (!how.scorer().equals(options.attention().scorer())) {
      throw new EngineException(
          "the engine keeps digests for scorer "
              + options.attention().scorer()
              + ", not "
              + how.scorer()
              + ": open it with that scorer");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  /** Closes the sequences that are open, frees the cache and unmaps the model. Idempotent. */
  @Override
  public void close() {
    model.turn.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      List.copyOf(siblings).forEach(Engine::close);
      List.copyOf(open).forEach(Sequence::close);
      attention.close();
      try {
        pool.close();
      } finally {
        if (!borrowed) {
          model.close();
        }
      }
    } finally {
      model.turn.unlock();
    }
  }
}
