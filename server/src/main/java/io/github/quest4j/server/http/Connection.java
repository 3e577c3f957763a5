package io.github.quest4j.server.http;

import io.github.quest4j.server.config.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A client's connection and the time that it has for what it does now. */
final class Connection {

  private static final Duration NO_LIMIT = Duration.ofDays(30);

  private final SocketChannel channel;
  private final Limits limits;
  private volatile long deadline; // of nanoTime
  private boolean ahead; // bytes beyond the request were seen; of the connection's thread

  Connection(SocketChannel channel, Limits limits) {
    this.channel = channel;
    this.limits = limits;
  }

  /** Gives it so much time, from now. */
  void allow(Duration time) {
    deadline = System.nanoTime() + time.toNanos();
  }

  /** Something is read from it or written to it: the other side must go on within the idle time. */
  void allowIdle() {
    allow(limits.idleTime());
  }

  /** The server works: the client waits, and has no time limit of its own. */
  void allowWork() {
    allow(NO_LIMIT);
  }

  /**
   * Whether the client has gone. Called by the connection's own thread between reads, when nothing
   * is to be read; bytes that come nevertheless are lost, and {@link #readAhead} tells of them.
   */
  boolean gone() {
    try {
      channel.configureBlocking(false);
      try {
        int read = channel.read(ByteBuffer.allocate(1));
        ahead |= read > 0;
        return read < 0;
      } finally {
        channel.configureBlocking(true);
      }
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Whether a byte of a next request was lost, so that the connection must end with this answer.
   */
  boolean readAhead() {
    return ahead;
  }

  /** Closes it if its time is up; whether it is closed. */
  boolean closedBy(long now) {
    if (channel.isOpen() && now - deadline > 0) {
      close();
    }
    return !channel.isOpen();
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // it is as good as closed
    }
  }
}
