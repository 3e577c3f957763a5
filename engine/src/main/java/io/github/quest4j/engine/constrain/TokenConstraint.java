package io.github.quest4j.engine.constrain;

import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.List;

/**
 * What a generated text may be. Immutable; made once by {@link Constraints} and shared by all
 * sequences and threads that need it.
 */
public final class TokenConstraint {

  private final Shared shared;
  private final List<Reading> start;

  /** What constraints of one tokenizer share. */
  record Shared(Tokenizer tokenizer, Walks walks, int[] ends) {}

  TokenConstraint(Shared shared, Part text) {
    this.shared = shared;
    // Some tokenizers write the first word with a space before it.
    Block space = Literals.of(" ");
    List<Reading> readings = Reading.begin(new Lead(space.automaton(), space.start(), text));
    readings.addAll(Reading.begin(text));
    this.start = List.copyOf(readings);
  }

  /** A text that has not begun. */
  public State begin() {
    return new State(shared, start, false);
  }

  /**
   * Where one generated text stands. Not thread-safe.
   *
   * <p>In each state that {@link #accept} leads to some token is allowed, and the text can be
   * finished.
   */
  public static final class State {

    private final Shared shared;
    private final TokenSet allowed;
    private List<Reading> readings;
    private boolean ended;
    private boolean known; // whether `allowed` is that of the readings

    private State(Shared shared, List<Reading> readings, boolean ended) {
      this.shared = shared;
      this.allowed = new TokenSet(shared.tokenizer.size());
      this.readings = readings;
      this.ended = ended;
    }

    /**
     * Sets the logits of all tokens that may not come next to negative infinity, also those beyond
     * the tokenizer's vocabulary. Tokens that end the generation may come where the text may end,
     * control tokens never.
     *
     * @param logits {@code [vocabulary]}, of the model; may be longer than the tokenizer's
     * @throws IllegalArgumentException if there are fewer logits than tokens
     */
    public void mask(float[] logits) {
      if (logits.length < shared.tokenizer.size()) {
        throw new IllegalArgumentException(
            logits.length + " logits are too few for " + shared.tokenizer.size() + " tokens");
      }
      allowed().mask(logits);
    }

    /** Whether a token may come next. */
    public boolean allows(int token) {
      return token >= 0 && token < shared.tokenizer.size() && allowed().contains(token);
    }

    private TokenSet allowed() {
      if (!known) {
        allowed.clear();
        if (!ended) {
          for (Reading reading : readings) {
            shared.walks.addAllowed(reading, allowed);
          }
        }
        if (mayEnd()) {
          allowed.addAll(shared.ends);
        }
        known = true;
      }
      return allowed;
    }

    /**
     * Takes the next token.
     *
     * @throws IllegalArgumentException if it may not come; the state is then as before
     */
    public void accept(int token) {
      if (shared.tokenizer.isEndOfGeneration(token)) {
        require(mayEnd(), token);
        ended = true;
        known = false;
        return;
      }
      byte[] text = shared.tokenizer.bytes(token);
      List<Reading> next = readings;
      boolean takes = !ended && !shared.tokenizer.isControl(token) && text.length > 0;
      for (int i = 0; takes && i < text.length; i++) {
        next = Reading.next(next, text[i] & 0xff);
        takes = !next.isEmpty();
      }
      require(takes, token);
      readings = next;
      known = false;
    }

    private void require(boolean takes, int token) {
      if (!takes) {
        throw new IllegalArgumentException(
            "token "
                + token
                + " ("
                + shared.tokenizer.piece(token)
                + ") may not come here: take one that mask leaves");
      }
    }

    /** Whether the text may end here: it is complete, though perhaps more could follow. */
    public boolean mayEnd() {
      return ended || readings.stream().anyMatch(Reading::mayEnd);
    }

    /** Whether an end-of-generation token has come. */
    public boolean ended() {
      return ended;
    }

    /** A state of its own that stands where this one does, for another sample of the same text. */
    public State fork() {
      return new State(shared, readings, ended);
    }
  }
}
