package io.github.quest4j.evaluation.report;

/** A report cannot be written; the message says why in one sentence. */
public final class ReportException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ReportException(String message, Throwable cause) {
    super(message, cause);
  }
}
