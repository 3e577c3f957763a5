package io.github.quest4j.engine.schedule;

import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.sample.TokenLogprobs;
import io.github.quest4j.engine.trace.PromptText;
import io.github.quest4j.engine.trace.Reading;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A request that a scheduler has taken: its events, in order, for one reader. Events wait here
 * until they are taken, so a slow reader holds nobody up; there are at most as many as tokens were
 * asked for. {@link #close} cancels what has not ended.
 */
public final class Ticket implements AutoCloseable {

  /** What happens to a request. */
  public sealed interface Event {

    /**
     * More of the prompt has been read.
     *
     * @param done tokens of it in the cache
     * @param cached tokens of it that had been read for an earlier request
     */
    record Progress(int done, int total, int cached) implements Event {}

    /**
     * A token was generated.
     *
     * @param choice which of the samples, from 0
     * @param id the token; {@link io.github.quest4j.engine.Generation#NO_TOKEN} for text that was
     *     only held back until the end
     * @param text the text that became certain with it; may be empty
     * @param reading what it was read from, where that is traced
     */
    record Token(
        int choice,
        int id,
        String text,
        Optional<TokenLogprobs> logprobs,
        Optional<Reading> reading)
        implements Event {}

    /**
     * A sample has ended. The request has when all have.
     *
     * @param reading what the whole text was read from, where that is traced
     */
    record Finished(int choice, GenerationResult result, Optional<Reading> reading)
        implements Event {}

    /** The request has failed as a whole; nothing follows. */
    record Failed(RuntimeException cause) implements Event {}
  }

  private final int promptTokens;
  private final Optional<PromptText> promptText;
  private final int samples;
  private final Runnable wake;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Runnable onEnd;
  private int open; // samples whose end has not been read
  private int running; // samples that have not ended, of the scheduler's thread
  private volatile boolean cancelled;

  Ticket(
      int promptTokens,
      Optional<PromptText> promptText,
      int samples,
      Runnable wake,
      Runnable onEnd) {
    this.promptText = promptText;
    this.promptTokens = promptTokens;
    this.samples = samples;
    this.wake = wake;
    this.onEnd = onEnd;
    this.open = samples;
    this.running = samples;
  }

  /** Tokens of the prompt. */
  public int promptTokens() {
    return promptTokens;
  }

  /** The prompt's text and passages, where what tokens are read from is traced. */
  public Optional<PromptText> promptText() {
    return promptText;
  }

  /** Texts that are generated. */
  public int samples() {
    return samples;
  }

  /** Whether all has been read: the last sample's end, or the failure. */
  public boolean ended() {
    return open == 0;
  }

  /**
   * The next event.
   *
   * @return empty if none came in time
   * @throws IllegalStateException if all has been read
   */
  public Optional<Event> next(Duration timeout) throws InterruptedException {
    if (ended()) {
      throw new IllegalStateException("the request has ended");
    }
    Optional<Event> event =
        Optional.ofNullable(events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
    switch (event.orElse(null)) {
      case Event.Finished finished -> open--;
      case Event.Failed failed -> open = 0;
      case null, default -> {}
    }
    return event;
  }

  /** Ends the request as soon as the step under way is done; its samples finish as cancelled. */
  public void cancel() {
    cancelled = true;
    wake.run();
  }

  boolean cancelled() {
    return cancelled;
  }

  void sampleEnded() {
    if (--running == 0) {
      onEnd.run();
    }
  }

  void tell(Event event) {
    events.add(event);
  }

  /** Cancels what has not ended. */
  @Override
  public void close() {
    if (!ended()) {
      cancel();
    }
  }
}
