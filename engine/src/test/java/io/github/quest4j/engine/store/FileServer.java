package io.github.quest4j.engine.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loopback server of files that knows ranges and can be told to misbehave, once or always. */
final class FileServer implements AutoCloseable {

  /** What goes on in one request. */
  interface Manners {
    void answer(HttpExchange exchange, byte[] file) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<Manners> next = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile Manners usual = FileServer::serve;

  FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      String path = exchange.getRequestURI().getPath();
      requests.add(range == null ? path : path + " " + range);
      Manners manners = next.isEmpty() ? usual : next.removeFirst();
      byte[] file = files.get(path);
      manners.answer(exchange, file == null ? new byte[0] : file);
    }
  }

  FileServer put(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  /** The manners of the coming requests, one after another; then the usual ones again. */
  FileServer then(Manners... manners) {
    next.addAll(List.of(manners));
    return this;
  }

  FileServer always(Manners manners) {
    usual = manners;
    return this;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  String uri(String path) {
    return uri() + path;
  }

  /** The requests so far: the path, and the range where one was asked for. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** As a good server does. */
  static void serve(HttpExchange exchange, byte[] file) throws IOException {
    String etag = etag(file);
    exchange.getResponseHeaders().set("ETag", etag);
    int from = from(exchange, etag);
    if (file.length == 0) {
      exchange.sendResponseHeaders(404, -1);
    } else if (from < 0) {
      exchange.sendResponseHeaders(200, file.length);
      exchange.getResponseBody().write(file);
    } else if (from >= file.length) {
      exchange.getResponseHeaders().set("Content-Range", "bytes */" + file.length);
      exchange.sendResponseHeaders(416, -1);
    } else {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (file.length - 1) + "/" + file.length);
      exchange.sendResponseHeaders(206, file.length - from);
      exchange.getResponseBody().write(file, from, file.length - from);
    }
  }

  private static int from(HttpExchange exchange, String etag) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    boolean same = etag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
    return range == null || !same
        ? -1
        : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
  }

  static String etag(byte[] file) {
    return "\"" + Sha256.of(file).substring(0, 8) + "\"";
  }

  /** Promises the whole file and breaks off after {@code bytes}. */
  static Manners cutAfter(int bytes) {
    return (exchange, file) -> {
      exchange.getResponseHeaders().set("ETag", etag(file));
      exchange.sendResponseHeaders(200, file.length);
      exchange.getResponseBody().write(file, 0, bytes);
      exchange.getResponseBody().flush();
    };
  }

  /** Sends {@code bytes} of the file and then nothing for a long time. */
  static Manners stallAfter(int bytes) {
    return (exchange, file) -> {
      exchange.getResponseHeaders().set("ETag", etag(file));
      exchange.sendResponseHeaders(200, file.length);
      OutputStream out = exchange.getResponseBody();
      out.write(file, 0, bytes);
      out.flush();
      try {
        Thread.sleep(20_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  static Manners status(int status) {
    return (exchange, file) -> exchange.sendResponseHeaders(status, -1);
  }

  static Manners redirect(String location) {
    return (exchange, file) -> {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(302, -1);
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
