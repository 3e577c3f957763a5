package io.github.quest4j.engine;

import java.util.Locale;

/** Why a generation ended. */
public enum FinishReason {
  /** The model ended it, or a stop string came. */
  STOP,
  /** The limit of tokens, or the end of the context, was reached. */
  LENGTH,
  /** The caller cancelled it. */
  CANCELLED;

  /** The name used in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
