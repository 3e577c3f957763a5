package io.github.quest4j.engine.schedule;

/** A scheduler takes no request now, but would later. */
public final class QueueFullException extends RuntimeException {

  private static final long serialVersionUID = 1;

  QueueFullException(int waiting) {
    super(waiting + " requests wait already, and no more may: try again later");
  }
}
