package io.github.quest4j.benchmarks.load;

import java.util.OptionalDouble;

/**
 * Why a request got no whole answer.
 *
 * @param kind of the failure
 * @param label short name under which equal failures are counted
 * @param detail what happened, for a person
 * @param retryAfter seconds after which the server wants to be asked again, where it said so
 */
public record Failure(Kind kind, String label, String detail, OptionalDouble retryAfter) {

  /** What can go wrong. */
  public enum Kind {
    /** HTTP 429: the server has enough to do. */
    BUSY("busy (429)"),
    /** Another HTTP status than 200. */
    STATUS("http status"),
    /** The server cannot be reached. */
    NO_CONNECTION("no connection"),
    /** The connection ended in the middle of an answer. */
    CUT("connection cut"),
    /** Nothing came for too long. */
    SILENT("silent"),
    /** What came is no stream of events as OpenAI's API has them. */
    MALFORMED("malformed answer"),
    /** The stream said that the server failed. */
    SERVER_ERROR("error in the stream"),
    /** The load was stopped while the answer came; not the server's fault. */
    STOPPED("stopped");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  static Failure of(Kind kind, String detail) {
    return new Failure(kind, kind.label, detail, OptionalDouble.empty());
  }

  /**
   * A status other than 200.
   *
   * @param body the beginning of what came with it
   */
  static Failure status(int status, String body, OptionalDouble retryAfter) {
    String detail = "HTTP " + status + (body.isBlank() ? "" : ": " + body.strip());
    return status == 429
        ? new Failure(Kind.BUSY, Kind.BUSY.label, detail, retryAfter)
        : new Failure(Kind.STATUS, "http " + status, detail, retryAfter);
  }
}
