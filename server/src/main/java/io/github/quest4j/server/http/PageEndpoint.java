package io.github.quest4j.server.http;

import io.github.quest4j.server.api.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The page: files that lie in the jar. */
final class PageEndpoint implements Endpoint {

  private static final String FOLDER = "/io/github/quest4j/server/page/";
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)*");
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  private record File(byte[] bytes, String type, String tag) {}

  private final Map<String, File> files = new ConcurrentHashMap<>();

  @Override
  public void answer(Exchange exchange) {
    String name = exchange.path().equals("/") ? "index.html" : exchange.path().substring(1);
    File file = files.get(name);
    if (file == null) {
      file = read(name);
      files.put(name, file); // as many as there are in the jar, at most
    }
    exchange.answerHeader("ETag", file.tag());
    exchange.answerHeader("Cache-Control", "no-cache");
    exchange.answerHeader("X-Content-Type-Options", "nosniff");
    exchange.answerHeader("Referrer-Policy", "no-referrer");
    exchange.answerHeader("X-Frame-Options", "DENY");
    if (exchange.header("if-none-match").filter(file.tag()::equals).isPresent()) {
      exchange.send(304);
    } else {
      exchange.send(200, file.type(), file.bytes());
    }
  }

  private static File read(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null || !NAME.matcher(name).matches()) {
      throw missing();
    }
    try (InputStream in = PageEndpoint.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw missing();
      }
      byte[] bytes = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new File(bytes, type, '"' + HexFormat.of().formatHex(digest, 0, 16) + '"');
    } catch (IOException e) {
      throw missing();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private static ApiException missing() {
    return ApiException.http(404, "not_found", "there is nothing at this address");
  }
}
