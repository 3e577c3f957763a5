package io.github.quest4j.server.config;

import java.time.Duration;

/**
 * What a client may take of a server. Immutable; made by {@link #defaults} and the {@code with…}
 * methods.
 *
 * @param bodyBytes of a request
 * @param promptTokens of a prompt; 0 for the context
 * @param outputTokens that a text may have; 0 for the context
 * @param requestTime from the head of a request to the end of its answer
 * @param headerTime in which the head of a connection's first request must have come
 * @param idleTime that a connection may lie still: between requests, between the pieces of a body,
 *     and while a reader does not take what is written
 * @param connections open at a time
 */
public record Limits(
    long bodyBytes,
    int promptTokens,
    int outputTokens,
    Duration requestTime,
    Duration headerTime,
    Duration idleTime,
    int connections) {

  private static final Duration LONGEST = Duration.ofDays(7);
  private static final int MAX_CONNECTIONS = 1 << 20;
  private static final long MAX_BODY = 1L << 30;

  /** Checks the values. */
  public Limits {
    require(
        bodyBytes >= 1 && bodyBytes <= MAX_BODY,
        "body bytes are not in 1.." + MAX_BODY + ": " + bodyBytes);
    require(promptTokens >= 0, "prompt tokens are negative: " + promptTokens);
    require(outputTokens >= 0, "output tokens are negative: " + outputTokens);
    requireTime("request time", requestTime);
    requireTime("header time", headerTime);
    requireTime("idle time", idleTime);
    require(
        connections >= 1 && connections <= MAX_CONNECTIONS,
        "connections are not in 1.." + MAX_CONNECTIONS + ": " + connections);
  }

  private static void requireTime(String name, Duration value) {
    require(
        value.compareTo(Duration.ZERO) > 0 && value.compareTo(LONGEST) <= 0,
        name + " is not in 1 ms..7 days: " + value);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * 8 MiB of body, tokens up to the context, 10 minutes a request, 10 seconds for a head, 60
   * seconds idle, 1,024 connections.
   */
  public static Limits defaults() {
    return new Limits(
        8L << 20,
        0,
        0,
        Duration.ofMinutes(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        1_024);
  }

  /** The same with another size of bodies. */
  public Limits withBodyBytes(long value) {
    return new Limits(
        value, promptTokens, outputTokens, requestTime, headerTime, idleTime, connections);
  }

  /** The same with another limit of prompts. */
  public Limits withPromptTokens(int value) {
    return new Limits(
        bodyBytes, value, outputTokens, requestTime, headerTime, idleTime, connections);
  }

  /** The same with another limit of texts. */
  public Limits withOutputTokens(int value) {
    return new Limits(
        bodyBytes, promptTokens, value, requestTime, headerTime, idleTime, connections);
  }

  /** The same with another time for a request. */
  public Limits withRequestTime(Duration value) {
    return new Limits(
        bodyBytes, promptTokens, outputTokens, value, headerTime, idleTime, connections);
  }

  /** The same with another time for heads. */
  public Limits withHeaderTime(Duration value) {
    return new Limits(
        bodyBytes, promptTokens, outputTokens, requestTime, value, idleTime, connections);
  }

  /** The same with another idle time. */
  public Limits withIdleTime(Duration value) {
    return new Limits(
        bodyBytes, promptTokens, outputTokens, requestTime, headerTime, value, connections);
  }

  /** The same with another number of connections. */
  public Limits withConnections(int value) {
    return new Limits(
        bodyBytes, promptTokens, outputTokens, requestTime, headerTime, idleTime, value);
  }
}
