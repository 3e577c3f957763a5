package io.github.quest4j.server.config;

import io.github.quest4j.engine.schedule.SchedulerOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * How a server is set up. Immutable; made by {@link #defaults} and the {@code with…} methods.
 *
 * @param host name or address to listen at
 * @param port to listen at; 0 lets the system choose one
 * @param keys that open it
 * @param allowNoKey whether others than this machine may use it without a key
 * @param corsOrigins origins of pages that browsers may let use it; {@code *} for all
 * @param tls its certificate, where it speaks TLS
 * @param logPrompts whether prompts and answers go to the log
 * @param limits what a client may take
 * @param scheduler how requests share the model
 */
public record ServerOptions(
    String host,
    int port,
    ApiKeys keys,
    boolean allowNoKey,
    List<String> corsOrigins,
    Optional<TlsFiles> tls,
    boolean logPrompts,
    Limits limits,
    SchedulerOptions scheduler) {

  private static final int MAX_PORT = 65_535;

  /** Checks the values. */
  public ServerOptions {
    corsOrigins = List.copyOf(corsOrigins);
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port is not in 0.." + MAX_PORT + ": " + port);
    }
    for (String origin : corsOrigins) {
      if (!origin.equals("*") && !origin.matches("https?://[A-Za-z0-9.:\\[\\]-]{1,255}")) {
        throw new IllegalArgumentException(
            "not an origin: " + origin + " (give it as a browser does: https://example.org, or *)");
      }
    }
  }

  /** On this machine only, at port 8080. */
  public static ServerOptions defaults() {
    return new ServerOptions(
        "127.0.0.1",
        8080,
        ApiKeys.NONE,
        false,
        List.of(),
        Optional.empty(),
        false,
        Limits.defaults(),
        SchedulerOptions.defaults());
  }

  /**
   * The address to listen at.
   *
   * @throws IllegalArgumentException if there is no such host, or if others than this machine could
   *     use the server without a key and nobody said that they may
   */
  public InetAddress address() {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no such host: " + host, e);
    }
    if (!address.isLoopbackAddress() && !keys.asked() && !allowNoKey) {
      throw new IllegalArgumentException(
          "at "
              + host
              + " everyone who reaches this machine could use the model and read its metrics:"
              + " give --api-key-file, or --allow-no-key if that is meant");
    }
    return address;
  }

  /** The same at another host. */
  public ServerOptions withHost(String value) {
    return new ServerOptions(
        value, port, keys, allowNoKey, corsOrigins, tls, logPrompts, limits, scheduler);
  }

  /** The same at another port. */
  public ServerOptions withPort(int value) {
    return new ServerOptions(
        host, value, keys, allowNoKey, corsOrigins, tls, logPrompts, limits, scheduler);
  }

  /** The same with other keys. */
  public ServerOptions withKeys(ApiKeys value) {
    return new ServerOptions(
        host, port, value, allowNoKey, corsOrigins, tls, logPrompts, limits, scheduler);
  }

  /** The same, open to others without a key or not. */
  public ServerOptions withAllowNoKey(boolean value) {
    return new ServerOptions(
        host, port, keys, value, corsOrigins, tls, logPrompts, limits, scheduler);
  }

  /** The same with other origins of pages. */
  public ServerOptions withCorsOrigins(List<String> value) {
    return new ServerOptions(
        host, port, keys, allowNoKey, value, tls, logPrompts, limits, scheduler);
  }

  /** The same with TLS. */
  public ServerOptions withTls(TlsFiles value) {
    return new ServerOptions(
        host,
        port,
        keys,
        allowNoKey,
        corsOrigins,
        Optional.of(value),
        logPrompts,
        limits,
        scheduler);
  }

  /** The same with prompts in the log or not. */
  public ServerOptions withLogPrompts(boolean value) {
    return new ServerOptions(
        host, port, keys, allowNoKey, corsOrigins, tls, value, limits, scheduler);
  }

  /** The same with other limits. */
  public ServerOptions withLimits(Limits value) {
    return new ServerOptions(
        host, port, keys, allowNoKey, corsOrigins, tls, logPrompts, value, scheduler);
  }

  /** The same with another way to share the model. */
  public ServerOptions withScheduler(SchedulerOptions value) {
    return new ServerOptions(
        host, port, keys, allowNoKey, corsOrigins, tls, logPrompts, limits, value);
  }
}
