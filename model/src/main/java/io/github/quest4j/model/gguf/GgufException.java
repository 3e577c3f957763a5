package io.github.quest4j.model.gguf;

/**
 * A model file cannot be used. The message is one sentence, fit to be shown to the user, that names
 * the file and the key, tensor or field at fault.
 */
public final class GgufException extends RuntimeException {
  private static final int SHOWN = 80;

  /** With a message fit to be shown to the user. */
  public GgufException(String message) {
    super(message);
  }

  /** With a message fit to be shown to the user, and what led to it. */
  public GgufException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A name from a file, in quotes. It is shortened, and characters that could move a terminal's
   * cursor are replaced, because the file may be hostile.
   */
  static String quote(String name) {
    StringBuilder quoted = new StringBuilder("'");
    int shown = Math.min(name.length(), SHOWN);
    for (int i = 0; i < shown; i++) {
      char c = name.charAt(i);
      quoted.append(isPlain(c) ? c : '?');
    }
    return quoted.append(shown < name.length() ? "…'" : "'").toString();
  }

  private static boolean isPlain(char c) {
    return !Character.isISOControl(c)
        && !Character.isSurrogate(c)
        && Character.getType(c) != Character.FORMAT
        && Character.getType(c) != Character.LINE_SEPARATOR
        && Character.getType(c) != Character.PARAGRAPH_SEPARATOR;
  }
}
