package io.github.quest4j.engine.store;

/** Hears how a pull goes on. Called on the pulling thread, many times a second. */
public interface PullListener {

  /**
   * A new activity begins, such as "downloading smollm2 from PyPI".
   *
   * @param totalBytes its size in bytes, or -1 where it is not known
   */
  default void begin(String activity, long totalBytes) {}

  /** The current activity stands at {@code bytes} bytes of its total. */
  default void progress(long bytes) {}

  /** Something that the user should know, such as a source that failed before the next is tried. */
  default void note(String sentence) {}

  /** A listener that ignores everything. */
  static PullListener silent() {
    return new PullListener() {};
  }
}
