package io.github.quest4j.server.api;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** A request that is refused, as OpenAI's API says it. The message is fit to be shown. */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1;
  private static final String INVALID = "invalid_request_error";
  private static final String SERVER = "server_error";

  private final int status;
  private final String type;
  private final String param;
  private final String code;
  private final int retryAfter; // seconds; 0: nothing is said

  private ApiException(
      int status, String type, String param, String code, int retryAfter, String message) {
    super(message);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** 400: a field is wrong. */
  public static ApiException field(String param, String message) {
    return new ApiException(400, INVALID, param, "", 0, message);
  }

  /** 400: the request as a whole is wrong. */
  public static ApiException bad(String message) {
    return new ApiException(400, INVALID, "", "", 0, message);
  }

  /** 401. */
  public static ApiException key(String message) {
    return new ApiException(401, INVALID, "", "invalid_api_key", 0, message);
  }

  /** 404: no such model. */
  public static ApiException model(String message) {
    return new ApiException(404, INVALID, "model", "model_not_found", 0, message);
  }

  /** 404, 405, 413, 415 and the like. */
  public static ApiException http(int status, String code, String message) {
    return new ApiException(status, status < 500 ? INVALID : SERVER, "", code, 0, message);
  }

  /** 429: too much at once. */
  public static ApiException busy(int retryAfter, String message) {
    return new ApiException(
        429, "rate_limit_exceeded", "", "rate_limit_exceeded", retryAfter, message);
  }

  /** 503: not now. */
  public static ApiException unavailable(int retryAfter, String code, String message) {
    return new ApiException(503, SERVER, "", code, retryAfter, message);
  }

  /** 503: the request's time is up. */
  public static ApiException late(Duration limit) {
    return unavailable(
        0,
        "request_timeout",
        "the request took longer than " + limit.toSeconds() + " s, the limit of this server");
  }

  /** 500. */
  public static ApiException internal() {
    return new ApiException(
        500, SERVER, "", "internal_error", 0, "an error in the server itself: its log has more");
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** OpenAI's type of error. */
  public String type() {
    return type;
  }

  /** The field that is wrong. */
  public Optional<String> param() {
    return optional(param);
  }

  /** What programs may tell it by. */
  public Optional<String> code() {
    return optional(code);
  }

  /** Seconds after which it may be tried again. */
  public OptionalInt retryAfter() {
    return retryAfter > 0 ? OptionalInt.of(retryAfter) : OptionalInt.empty();
  }

  /** The message, which there always is. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  private static Optional<String> optional(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }
}
