package io.github.quest4j.evaluation.run;

/** An evaluation that cannot be run; the message is a sentence for the user. */
public final class EvaluationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EvaluationException(String message) {
    super(message);
  }

  EvaluationException(String message, Throwable cause) {
    super(message, cause);
  }
}
