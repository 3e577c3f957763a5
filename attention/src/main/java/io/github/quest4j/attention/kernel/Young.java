package io.github.quest4j.attention.kernel;

/**
 * Counts the first pieces of a kind of work. They are done by plain loops, which the JIT makes fast
 * at once, and all others by the Vector API, which ends faster but runs a thousand times slower
 * until it is compiled: a program that has read a short prompt has not paid for that. Both give the
 * same bits, so it does not matter that threads count past each other.
 */
public final class Young {
  private int left;

  /**
   * @param pieces as many as a prompt has that is shorter than the first pass over a long one
   */
  public Young(int pieces) {
    left = pieces;
  }

  /** Whether the next piece is one of the first. */
  public boolean next() {
    if (left <= 0) {
      return false;
    }
    left--;
    return true;
  }
}
