package io.github.quest4j.engine.store;

/** A model could not be had. The message is one sentence fit to be shown to a user. */
public class ModelStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a sentence for the user. */
  public ModelStoreException(String message) {
    super(message);
  }

  /** Creates an exception with a sentence for the user and the cause for the log. */
  public ModelStoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The store's file system is full: no other source can help. */
  static final class Full extends ModelStoreException {
    private static final long serialVersionUID = 1L;

    Full(String message) {
      super(message);
    }

    Full(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
