package io.github.quest4j.server.http;

import io.github.quest4j.server.config.Limits;
import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Watches the connections of a server: each is closed when its time is up, whatever its thread
 * waits for. It hears of connections by being their socket options, the one place where the HTTP
 * server shows the channel that it has accepted.
 */
final class ConnectionGuard implements SocketOptions, AutoCloseable {

  private static final long TICK = 200; // ms
  // Left to the system it grows to megabytes for each of those who do not read.
  private static final int SEND_BUFFER = 1 << 17;
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final Limits limits;
  private final Map<SocketAddress, Connection> connections = new ConcurrentHashMap<>();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("quest-connections").daemon().factory());

  ConnectionGuard(Limits limits) {
    this.limits = limits;
    var _ = ticker.scheduleWithFixedDelay(this::tick, TICK, TICK, TimeUnit.MILLISECONDS);
  }

  /** A connection was accepted: the head of its first request must come in time. */
  @Override
  public void configureSocket(SocketChannel channel) {
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
      Connection connection = new Connection(channel, limits);
      connection.allow(limits.headerTime());
      connections.put(channel.getRemoteAddress(), connection);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e); // gone already: the server closes it
    }
  }

  /** The connection from an address. */
  Optional<Connection> from(SocketAddress remote) {
    return Optional.ofNullable(connections.get(remote));
  }

  /** Connections that are open. */
  int open() {
    return connections.size();
  }

  private void tick() {
    long now = System.nanoTime();
    connections.forEach((address, connection) -> {
      if (connection.closedBy(now)) {
        connections.remove(address, connection);
      }
    });
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    connections.values().forEach(Connection::close);
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return Map.of();
  }

  @Override
  public Duration connectTimeout() {
    return CONNECT;
  }

  @Override
  public Duration readTimeout() {
    return limits.idleTime();
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return Optional.empty();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return Optional.empty();
  }

  @Override
  public boolean socketReuseAddress() {
    return true;
  }

  @Override
  public boolean socketKeepAlive() {
    return true;
  }

  @Override
  public boolean tcpNoDelay() {
    return true;
  }
}
