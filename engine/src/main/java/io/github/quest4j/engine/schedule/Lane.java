package io.github.quest4j.engine.schedule;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.FinishReason;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Generation;
import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.Sequence;
import io.github.quest4j.engine.sample.TextSampler;
import io.github.quest4j.engine.trace.AttentionTrace;
import io.github.quest4j.engine.trace.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One sample of a request on its way: it waits, reads its prompt, writes its text, and may be set
 * back to waiting at any time. Set back, it keeps what it wrote; then it reads the prompt again and
 * feeds its own tokens through decode steps, as they went the first time, so that what follows is
 * the same.
 */
final class Lane {

  final Ticket ticket;
  final GenerateRequest request;
  final AttentionOptions how;
  final int[] prompt;
  final int dense; // tokens of the prompt that are prefilled; the others go through decode steps
  final int choice;
  private final TextSampler sampler;
  private final Optional<AttentionTrace> trace;
  private final List<Integer> tokens = new ArrayList<>(); // generated
  private final StringBuilder text = new StringBuilder();
  private final List<Lane> followers; // other samples, which begin where this one has read
  private Optional<Sequence> sequence = Optional.empty();
  private boolean stopped;
  private boolean ended;
  private int cached;
  private long begun; // nanos, of the first piece of the prompt
  private long written; // nanos, of the first token

  Lane(
      Ticket ticket,
      GenerateRequest request,
      AttentionOptions how,
      int[] prompt,
      int dense,
      int choice,
      TextSampler sampler,
      Optional<AttentionTrace> trace,
      List<Lane> followers) {
    this.ticket = ticket;
    this.request = request;
    this.how = how;
    this.prompt = prompt;
    this.dense = dense;
    this.choice = choice;
    this.sampler = sampler;
    this.trace = trace;
    this.followers = new ArrayList<>(followers);
  }

  /** Begins to run, or goes on, with so many tokens from the prefix cache. */
  void begin(Sequence value, int fromCache) {
    sequence = Optional.of(value);
    trace.ifPresent(t -> t.watch(value.attention()));
    if (begun == 0) {
      cached = fromCache;
      begun = System.nanoTime();
    }
  }

  /** Places in the batch that it needs. */
  int places() {
    return 1 + followers.size();
  }

  /** It has read the prompt: the other samples begin here, and share its pages. */
  List<Lane> split() {
    List<Lane> split = List.copyOf(followers);
    followers.clear();
    for (Lane follower : split) {
      Sequence fork = sequence().fork();
      follower.sequence = Optional.of(fork);
      follower.trace.ifPresent(t -> t.watch(fork.attention()));
      follower.cached = cached;
      follower.begun = begun;
    }
    return split;
  }

  /** It and the samples that have not parted from it. */
  List<Lane> all() {
    List<Lane> all = new ArrayList<>(followers);
    all.addFirst(this);
    return all;
  }

  /** Whether it has a sequence. */
  boolean begun() {
    return sequence.isPresent();
  }

  Sequence sequence() {
    return sequence.orElseThrow();
  }

  /** Tokens in the cache. */
  int length() {
    return sequence.map(Sequence::length).orElse(0);
  }

  /** Tokens of prompt and text. */
  int size() {
    return prompt.length + tokens.size();
  }

  /** Whether the prompt is still to be read by prefill. */
  boolean reading() {
    return length() < dense;
  }

  /** The token that its next decode step feeds. */
  int nextToken() {
    int at = length();
    return at < prompt.length ? prompt[at] : tokens.get(at - prompt.length);
  }

  /** Tokens that it may yet need pages for. */
  int wanted(int context) {
    return Math.min(context, prompt.length + request.maxTokens());
  }

  int cached() {
    return cached;
  }

  boolean ended() {
    return ended;
  }

  /** Gives its pages up; it keeps what it has written. */
  void setBack() {
    sequence.ifPresent(Sequence::close);
    sequence = Optional.empty();
  }

  /** What the token is read from that its last pass predicts, where that is traced. */
  Optional<Reading> trace() {
    return trace.map(AttentionTrace::take);
  }

  /** Draws a token from logits and tells of it. */
  void draw(float[] logits, Optional<Reading> reading) {
    TextSampler.Drawn drawn = sampler.draw(logits);
    if (written == 0) {
      written = System.nanoTime();
    }
    stopped = drawn.end();
    if (!stopped) {
      tokens.add(drawn.token());
      text.append(drawn.text());
      ticket.tell(
          new Ticket.Event.Token(choice, drawn.token(), drawn.text(), drawn.logprobs(), reading));
      stopped = sampler.stopped();
    }
  }

  /** Why the text ends here, if it does. */
  Optional<FinishReason> end(int context) {
    if (stopped) {
      return Optional.of(FinishReason.STOP);
    }
    return tokens.size() >= request.maxTokens() || size() > context
        ? Optional.of(FinishReason.LENGTH)
        : Optional.empty();
  }

  /** Ends well, or is cancelled; the event that tells of it. */
  Ticket.Event finish(FinishReason reason) {
    String rest = sampler.finish();
    if (!rest.isEmpty()) {
      text.append(rest);
      ticket.tell(
          new Ticket.Event.Token(
              choice, Generation.NO_TOKEN, rest, Optional.empty(), Optional.empty()));
    }
    long now = System.nanoTime();
    long first = written == 0 ? now : written;
    GenerationResult.KvUse use =
        sequence
            .map(s -> GenerationResult.KvUse.of(s.attention()))
            .orElse(GenerationResult.KvUse.NOTHING);
    GenerationResult result =
        new GenerationResult(
            prompt.length,
            cached,
            tokens,
            text.toString(),
            reason,
            how,
            new GenerationResult.Timing(
                begun == 0 ? 0 : (first - begun) / 1e9,
                Math.max(0, dense - cached),
                begun == 0 ? 0 : (now - first) / 1e9,
                Math.max(0, tokens.size() - 1)),
            use);
    end();
    return new Ticket.Event.Finished(choice, result, trace.map(AttentionTrace::answer));
  }

  /** Ends without a word: the request has failed as a whole. */
  void end() {
    ended = true;
    setBack();
    ticket.sampleEnded();
  }
}
