package io.github.quest4j.engine.constrain;

/**
 * A constraint cannot be held: its schema asks for something that is not supported, contradicts
 * itself or is too large. The message is one sentence that names the keyword and where it stands,
 * as a JSON pointer in a fragment ({@code #/properties/age/minimum}).
 */
public final class ConstraintException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With a message fit to be shown to a user. */
  public ConstraintException(String message) {
    super(message);
  }
}
