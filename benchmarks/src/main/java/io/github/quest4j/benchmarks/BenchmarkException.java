package io.github.quest4j.benchmarks;

/** A benchmark cannot be run; the message says why in one sentence. */
public final class BenchmarkException extends RuntimeException {

  private static final long serialVersionUID = 1;

  BenchmarkException(String message) {
    super(message);
  }

  BenchmarkException(String message, Throwable cause) {
    super(message, cause);
  }
}
