package io.github.quest4j.attention.kv;

/** The pool cannot give the pages that a sequence needs; the sequence is as it was before. */
public final class OutOfPagesException extends RuntimeException {

  OutOfPagesException(int tokens, Throwable cause) {
    super("no pages left for " + tokens + " more tokens: " + cause.getMessage(), cause);
  }
}
