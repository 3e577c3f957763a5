package io.github.quest4j.benchmarks;

/** A benchmark cannot be run; the message says why in one sentence. */
public final class BenchmarkException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the sentence. */
  public BenchmarkException(String message) {
    super(message);
  }

  /** With the sentence. */
  public BenchmarkException(String message, Throwable cause) {
    super(message, cause);
  }
}
