package io.github.quest4j.server.http;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Names of requests, which clients get and logs tell. */
final class RequestId {

  static final String HEADER = "x-request-id";
  private static final Pattern GIVEN = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private RequestId() {}

  /** The client's, if it gave one that a log can hold; else a new one. */
  static String of(Optional<String> given) {
    return given
        .filter(id -> GIVEN.matcher(id).matches())
        .orElseGet(() -> UUID.randomUUID().toString().replace("-", ""));
  }
}
