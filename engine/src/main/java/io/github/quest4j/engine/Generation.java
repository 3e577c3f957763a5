package io.github.quest4j.engine;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.sample.TextSampler;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A generation under way, driven by whoever calls {@link #next}. {@link #cancel} may be called from
 * any thread; everything else by one thread at a time. Closing it gives its pages back.
 */
public final class Generation implements AutoCloseable {

  /**
   * One generated token.
   *
   * @param id its id; {@link #NO_TOKEN} for text that was only held back until the end
   * @param text the text that became certain with it; may be empty
   */
  public record Token(int id, String text) {}

  /** In place of an id: no token, but text of earlier ones. */
  public static final int NO_TOKEN = -1;

  private final Sequence sequence;
  private final GenerateRequest request;
  private final AttentionOptions attention;
  private final int[] prompt;
  private final int
      dense; // tokens of the prompt that are prefilled; the others go through the decode path
  private final int context;
  private final TextSampler sampler;
  private final GenerationListener listener;
  private final List<Integer> tokens = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private Optional<FinishReason> finish = Optional.empty();
  private boolean started;
  private boolean closed;
  private volatile boolean cancelled;
  private long prefillNanos;
  private long decodeNanos;
  private int decodeSteps;
  private Optional<GenerationResult.KvUse> kvUse = Optional.empty();

  Generation(
      Sequence sequence,
      GenerateRequest request,
      AttentionOptions attention,
      Tokenizer tokenizer,
      int[] prompt,
      int sparseTail,
      int context,
      int vocabulary,
      GenerationListener listener) {
    this.sequence = sequence;
    this.request = request;
    this.attention = attention;
    this.prompt = prompt;
    this.dense = prompt.length - sparseTail;
    this.context = context;
    this.sampler = request.sampler(tokenizer, vocabulary);
    this.listener = listener;
  }

  /** Asks the generation to end; the next call of {@link #next} ends it. */
  public void cancel() {
    cancelled = true;
  }

  /** Why it ended; empty while it has not. */
  public Optional<FinishReason> finishReason() {
    return finish;
  }

  /**
   * Generates the next token; the first call reads the prompt.
   *
   * @return the token, or empty when the generation has ended
   * @throws EngineException if memory for pages runs out
   */
  public Optional<Token> next() {
    if (closed) {
      throw new IllegalStateException("the generation is closed");
    }
    if (finish.isPresent()) {
      return Optional.empty();
    }
    float[] logits;
    if (started) {
      if (cancelled) {
        return end(FinishReason.CANCELLED);
      }
      if (tokens.size() >= request.maxTokens() || sequence.length() >= context) {
        return end(FinishReason.LENGTH);
      }
      logits = decode(tokens.getLast());
    } else {
      Optional<float[]> read = readPrompt();
      if (read.isEmpty()) {
        return end(FinishReason.CANCELLED);
      }
      logits = read.get();
    }
    TextSampler.Drawn drawn = sampler.draw(logits);
    if (drawn.end()) {
      return end(FinishReason.STOP);
    }
    tokens.add(drawn.token());
    text.append(drawn.text());
    if (sampler.stopped()) {
      end(FinishReason.STOP);
    }
    listener.onToken(drawn.token(), drawn.text());
    return Optional.of(new Token(drawn.token(), drawn.text()));
  }

  private Optional<float[]> readPrompt() {
    started = true;
    sampler.prompt(prompt);
    long start = System.nanoTime();
    float[] logits = new float[0];
    int done = 0;
    while (done < dense) {
      if (cancelled) {
        return Optional.empty();
      }
      int piece = Math.min(sequence.piece(), dense - done);
      // Where a tail follows, the last piece's logits are not wanted either.
      logits = sequence.read(prompt, done, piece, done + piece == prompt.length);
      done += piece;
      listener.onPrompt(done, prompt.length);
    }
    prefillNanos = System.nanoTime() - start;
    while (done < prompt.length) {
      if (cancelled) {
        return Optional.empty();
      }
      logits = decode(prompt[done++]);
      listener.onPrompt(done, prompt.length);
    }
    return Optional.of(logits);
  }

  private float[] decode(int token) {
    long start = System.nanoTime();
    float[] logits = sequence.step(token);
    decodeNanos += System.nanoTime() - start;
    decodeSteps++;
    return logits;
  }

  private Optional<Token> end(FinishReason reason) {
    finish = Optional.of(reason);
    String rest = sampler.finish();
    text.append(rest);
    kvUse = Optional.of(GenerationResult.KvUse.of(sequence.attention()));
    if (rest.isEmpty()) {
      return Optional.empty();
    }
    listener.onToken(NO_TOKEN, rest);
    return Optional.of(new Token(NO_TOKEN, rest));
  }

  /**
   * What was generated and what it cost; generates to the end if that has not come.
   *
   * @throws EngineException as {@link #next}
   */
  public GenerationResult result() {
    while (finish.isEmpty()) {
      next();
    }
    return new GenerationResult(
        prompt.length,
        0,
        tokens,
        text.toString(),
        finish.get(),
        attention,
        new GenerationResult.Timing(prefillNanos / 1e9, dense, decodeNanos / 1e9, decodeSteps),
        kvUse.orElseThrow());
  }

  /** Gives the pages back. Idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      sequence.close();
    }
  }
}
