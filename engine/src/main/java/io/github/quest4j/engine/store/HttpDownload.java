package io.github.quest4j.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fetches an address into a part file and goes on where an earlier attempt stopped, if the server
 * says that it is still the same file.
 */
final class HttpDownload {

  /**
   * How patient a download is.
   *
   * @param pauses the waits before the tries after a failure; progress starts the list anew
   * @param stall how long a server may send nothing
   */
  record Patience(List<Duration> pauses, Duration stall) {
    static Patience usual() {
      return new Patience(
          List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5)),
          Duration.ofSeconds(60));
    }
  }

  private static final int MAX_REDIRECTS = 10;
  private static final int MAX_TRIES = 50;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+)");

  private final Disk disk;
  private final Patience patience;

  HttpDownload(Disk disk, Patience patience) {
    this.disk = disk;
    this.patience = patience;
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        // Followed here: a redirect's own headers carry the sum on Hugging Face.
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(Duration.ofSeconds(20))
        .build();
  }

  /**
   * Fetches {@code uri} into {@code part}, which holds the whole file afterwards.
   *
   * @param bytes the size that the file must have, or -1
   * @return the SHA-256 that the server announced, where it did
   * @throws ModelStoreException if the file cannot be had; what came so far is kept in {@code part}
   *     unless it is known to be wrong
   */
  Optional<String> fetch(URI uri, Path part, long bytes, String activity, PullListener listener)
      throws IOException, InterruptedException {
    if (bytes >= 0 && PartNote.length(part) == bytes) {
      return Optional.empty();
    }
    // Made here and not with the store: it takes longer than all that the store does without it.
    try (HttpClient client = client()) {
      return persist(client, uri, part, bytes, activity, listener);
    }
  }

  private Optional<String> persist(
      HttpClient client, URI uri, Path part, long bytes, String activity, PullListener listener)
      throws IOException, InterruptedException {
    int failures = 0;
    for (int tries = 1; ; tries++) {
      long before = PartNote.length(part);
      try {
        return attempt(client, uri, part, bytes, activity, listener);
      } catch (Dropped e) {
        failures = PartNote.length(part) > before ? 1 : failures + 1;
        if (failures > patience.pauses().size() || tries == MAX_TRIES) {
          throw new ModelStoreException(
              e.sentence + (PartNote.length(part) > 0 ? "; the next pull resumes it" : ""), e);
        }
        listener.note(e.sentence + "; trying again");
        Thread.sleep(patience.pauses().get(failures - 1));
      }
    }
  }

  private Optional<String> attempt(
      HttpClient client, URI uri, Path part, long bytes, String activity, PullListener listener)
      throws IOException, InterruptedException, Dropped {
    PartNote note = PartNote.read(part);
    long have = note.resumable() ? PartNote.length(part) : 0;
    Answer answer = send(client, uri, note, have);
    HttpHeaders headers = answer.response.headers();
    try (InputStream body = answer.response.body()) {
      long start = 0;
      long total = headers.firstValueAsLong("content-length").orElse(-1);
      switch (answer.response.statusCode()) {
        case 200 -> {} // the whole file, whether asked for or not
        case 206 -> {
          Matcher range = CONTENT_RANGE.matcher(headers.firstValue("content-range").orElse(""));
          String etag = headers.firstValue("etag").orElse(note.etag());
          if (!range.matches()
              || range.group(1) == null
              || Long.parseLong(range.group(1)) != have
              || !etag.equals(note.etag())) {
            PartNote.discard(part);
            throw new Dropped(host(uri) + " sent another range than the one asked for");
          }
          start = have;
          total = Long.parseLong(range.group(2));
        }
        case 416 -> {
          Matcher range = CONTENT_RANGE.matcher(headers.firstValue("content-range").orElse(""));
          if (have > 0 && range.matches() && Long.parseLong(range.group(2)) == have) {
            return answer.sha256; // it was whole, only not yet checked
          }
          PartNote.discard(part);
          throw new Dropped(host(uri) + " has a shorter file than the part at hand");
        }
        default -> throw refusal(uri, answer.response.statusCode());
      }
      if (bytes >= 0 && total >= 0 && total != bytes) {
        PartNote.discard(part);
        throw new ModelStoreException(
            uri + " has " + total + " bytes where " + bytes + " are expected");
      }
      long whole = bytes >= 0 ? bytes : total;
      if (start == 0) {
        PartNote.discard(part);
        PartNote.of(headers).write(part);
      }
      disk.require(part.resolveSibling(""), Math.max(0, whole - start));
      listener.begin(activity, whole);
      receive(body, part, start, whole, uri, listener);
      return answer.sha256;
    }
  }

  private void receive(
      InputStream body, Path part, long start, long whole, URI uri, PullListener listener)
      throws IOException, InterruptedException, Dropped {
    long done = start;
    byte[] buffer = new byte[1 << 16];
    listener.progress(done);
    try (OutputStream out = disk.open(part, start > 0);
        StallGuard guard = StallGuard.watch(body, patience.stall())) {
      while (true) {
        int n;
        try {
          n = body.read(buffer);
        } catch (IOException e) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          String reason = guard.stalled() ? "sent nothing any more" : "broke the connection";
          throw new Dropped(host(uri) + " " + reason + " after " + Sizes.of(done), e);
        }
        if (n < 0) {
          break;
        }
        guard.alive();
        done += n;
        if (whole >= 0 && done > whole) {
          PartNote.discard(part);
          throw new ModelStoreException(
              uri + " sends more than the " + whole + " bytes that are expected");
        }
        try {
          out.write(buffer, 0, n);
        } catch (IOException e) {
          throw disk.writeFailed(part, e);
        }
        listener.progress(done);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
    if (whole >= 0 && done < whole) {
      throw new Dropped(host(uri) + " ended the file after " + Sizes.of(done));
    }
  }

  /** The last answer of a chain of redirects and the sum announced on the way. */
  private record Answer(HttpResponse<InputStream> response, Optional<String> sha256) {}

  private Answer send(HttpClient client, URI uri, PartNote note, long have)
      throws IOException, InterruptedException, Dropped {
    Optional<String> sha256 = Optional.empty();
    URI at = uri;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(at)
              .timeout(patience.stall())
              .header("User-Agent", "quest4j")
              .header("Accept-Encoding", "identity");
      if (have > 0) {
        request.header("Range", "bytes=" + have + "-").header("If-Range", note.validator());
      }
      HttpResponse<InputStream> response;
      try {
        response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      } catch (ConnectException e) {
        throw new ModelStoreException(
            "no network: " + host(at) + " cannot be reached; check the connection and pull again",
            e);
      } catch (HttpTimeoutException e) {
        throw new Dropped(host(at) + " does not answer", e);
      } catch (IOException e) {
        throw new Dropped("the connection to " + host(at) + " failed: " + e.getMessage(), e);
      }
      Optional<String> announced =
          response
              .headers()
              .firstValue("x-linked-etag")
              .map(tag -> tag.replace("\"", "").toLowerCase(Locale.ROOT))
              .filter(Sha256::isHex);
      sha256 = sha256.or(() -> announced);
      if (!REDIRECTS.contains(response.statusCode())) {
        return new Answer(response, sha256);
      }
      response.body().close();
      at = target(at, response.headers().firstValue("location").orElse(null));
    }
    throw new ModelStoreException(uri + " redirects more than " + MAX_REDIRECTS + " times");
  }

  private static URI target(URI from, @Nullable String location) {
    try {
      if (location != null) {
        URI to = from.resolve(location);
        boolean safe =
            "https".equals(to.getScheme())
                || ("http".equals(to.getScheme()) && "http".equals(from.getScheme()));
        if (safe && to.getHost() != null) {
          return to;
        }
      }
    } catch (IllegalArgumentException e) {
      // not an address: refused below
    }
    throw new ModelStoreException(from + " redirects to a place that is not followed: " + location);
  }

  private static ModelStoreException refusal(URI uri, int status) throws Dropped {
    if (status == 429 || status >= 500) {
      throw new Dropped(host(uri) + " answers HTTP " + status);
    }
    String reason =
        switch (status) {
          case 404, 410 -> "there is no such file";
          case 401, 403 -> "access is refused, perhaps its licence must be accepted first";
          default -> "the server refuses";
        };
    return new ModelStoreException(reason + " (HTTP " + status + "): " + uri);
  }

  private static String host(URI uri) {
    return String.valueOf(uri.getHost());
  }

  /** The transfer ended early, and trying again may help. */
  private static final class Dropped extends Exception {
    private static final long serialVersionUID = 1L;
    final String sentence;

    Dropped(String sentence) {
      super(sentence);
      this.sentence = sentence;
    }

    Dropped(String sentence, Throwable cause) {
      super(sentence, cause);
      this.sentence = sentence;
    }
  }
}
