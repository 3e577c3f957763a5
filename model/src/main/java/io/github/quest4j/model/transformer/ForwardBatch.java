package io.github.quest4j.model.transformer;

import io.github.quest4j.attention.SequenceAttention;
import io.github.quest4j.model.compute.StepRows;
import java.util.ArrayList;
import java.util.List;

/**
 * The work of one forward pass: pieces of prompts and decode steps of several sequences, each with
 * any number of new tokens.
 *
 * <p>A sequence may stand in a batch once.
 */
public final class ForwardBatch {

  /** How the tokens of a part attend. */
  public enum Kind {
    /** A piece of a prompt: dense causal attention, blocked matrix products. */
    PREFILL,
    /** One token: attention reads the pages that the sequence's policy selects. */
    DECODE
  }

  /** Which of a part's tokens logits are wanted for. */
  public enum Logits {
    /** None: a piece of a prompt that is not its last. */
    NONE,
    /** The last token's. */
    LAST,
    /** Every token's. */
    ALL
  }

  /**
   * One sequence's share of a pass.
   *
   * @param sequence the cache to append to and the policy to read it by
   * @param tokens token ids; only {@code from .. from+count-1} are used
   */
  public record Part(
      SequenceAttention sequence, int[] tokens, int from, int count, Kind kind, Logits logits) {

    /** Checks the range. */
    public Part {
      if (count < 1 || from < 0 || from > tokens.length - count) {
        throw new IllegalArgumentException(
            "tokens "
                + from
                + ".."
                + (from + count - 1L)
                + " of "
                + tokens.length
                + " are not there");
      }
      if (kind == Kind.DECODE && count != 1) {
        throw new IllegalArgumentException("a decode step has one token, not " + count);
      }
    }
  }

  private final List<Part> prefill = new ArrayList<>();
  private final List<Part> decode = new ArrayList<>();

  /** Adds a part. */
  public ForwardBatch add(Part part) {
    (part.kind() == Kind.PREFILL ? prefill : decode).add(part);
    return this;
  }

  /** Adds a piece of a prompt. */
  public ForwardBatch prefill(
      SequenceAttention sequence, int[] tokens, int from, int count, Logits logits) {
    return add(new Part(sequence, tokens, from, count, Kind.PREFILL, logits));
  }

  /** Adds a decode step. */
  public ForwardBatch decode(SequenceAttention sequence, int token) {
    return add(new Part(sequence, new int[] {token}, 0, 1, Kind.DECODE, Logits.LAST));
  }

  /** The parts in the order of their rows: prompt pieces first. */
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>(prefill);
    parts.addAll(decode);
    return parts;
  }

  /** Rows of the pass, by kind. */
  public StepRows rows() {
    return new StepRows(prefill.stream().mapToInt(Part::count).sum(), decode.size());
  }
}
