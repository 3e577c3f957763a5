package io.github.quest4j.benchmarks.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One HTTP/1.1 request on a connection of its own, read by the thread that waits for it.
 *
 * <p>Connections are not used twice: llama-server ends them after a stream without saying so, and
 * the next request on such a connection is lost by no fault of the server's. Reading in place gives
 * the moment of each event without handing it from thread to thread.
 */
final class HttpCall implements AutoCloseable {

  private static final int CONNECT_MILLIS = 20_000;
  private static final int MAX_HEAD = 1 << 16; // bytes
  private static final int CHUNKED = -1;
  private static final int UNTIL_CLOSE = -2;

  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 14];
  private int at;
  private int limit;
  private int headBytes;
  private int status;
  private final Map<String, String> headers = new HashMap<>();
  private int framing = UNTIL_CLOSE;
  private long left; // bytes of the body, or of its chunk, that are still to come
  private boolean insideChunks;
  private boolean over;

  private HttpCall(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /**
   * Connects.
   *
   * @param silenceMillis after which a read is given up with a {@link
   *     java.net.SocketTimeoutException}
   */
  static HttpCall open(URI address, int silenceMillis) throws IOException {
    boolean secure = "https".equals(address.getScheme());
    int port = address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80;
    String host = address.getHost().replaceAll("[\\[\\]]", "");
    Socket plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      plain.setSoTimeout(silenceMillis);
      return new HttpCall(secure ? secured(plain, host, port) : plain);
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private static Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Sends a request and reads the head of its answer. */
  void exchange(String method, URI address, Map<String, String> fields, byte[] body)
      throws IOException {
    socket.getOutputStream().write(request(method, address, fields, body));
    do {
      readHead();
    } while (status / 100 == 1);
  }

  /** A request as it goes over the wire. */
  static byte[] request(String method, URI address, Map<String, String> fields, byte[] body) {
    StringBuilder head = new StringBuilder();
    String path = address.getRawPath();
    head.append(method).append(' ').append(path.isEmpty() ? "/" : path).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(address.getRawAuthority()).append("\r\nConnection: close\r\n");
    fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = new byte[start.length + body.length]; // one write, one packet where it fits
    System.arraycopy(start, 0, whole, 0, start.length);
    System.arraycopy(body, 0, whole, start.length, body.length);
    return whole;
  }

  private void readHead() throws IOException {
    headers.clear();
    String first = line();
    if (!first.matches("HTTP/1\\.[01] \\d{3}.*")) {
      throw new IOException("the answer is not HTTP");
    }
    status = Integer.parseInt(first.substring(9, 12));
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.putIfAbsent(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
    }
    String length = headers.getOrDefault("content-length", "");
    if (headers.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT).contains("chunk")) {
      framing = CHUNKED;
    } else if (length.matches("\\d{1,18}")) {
      framing = 0;
      left = Long.parseLong(length);
      over = left == 0;
    }
  }

  int status() {
    return status;
  }

  /** A field of the answer's head, by its name in small letters; empty where there is none. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /**
   * The next bytes of the answer, as soon as there are any.
   *
   * @return how many, or -1 at the end
   * @throws EOFException if the connection ended before the answer did
   */
  int read(byte[] into) throws IOException {
    if (!over && framing == CHUNKED && left == 0) {
      nextChunk();
    }
    if (over) {
      return -1;
    }
    if (at == limit && !fill()) {
      if (framing == UNTIL_CLOSE) {
        over = true;
        return -1;
      }
      throw new EOFException("the connection ended in the middle of the answer");
    }
    int bytes = Math.min(limit - at, into.length);
    if (framing != UNTIL_CLOSE) {
      bytes = (int) Math.min(bytes, left);
      left -= bytes;
      over = left == 0 && framing != CHUNKED;
    }
    System.arraycopy(buffer, at, into, 0, bytes);
    at += bytes;
    return bytes;
  }

  private void nextChunk() throws IOException {
    headBytes = 0;
    if (insideChunks && !line().isEmpty()) {
      throw new IOException("a chunk of the answer is longer than it says");
    }
    insideChunks = true;
    String size = line().replaceFirst("[;\\s].*", "");
    if (!size.matches("[0-9a-fA-F]{1,8}")) {
      throw new IOException("a chunk of the answer has no size");
    }
    left = Long.parseLong(size, 16);
    over = left == 0; // what follows the last chunk is of no interest
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (at == limit && !fill()) {
        throw new EOFException("the connection ended before the answer did");
      }
      if (++headBytes > MAX_HEAD) {
        throw new IOException("the head of the answer is larger than " + MAX_HEAD + " bytes");
      }
      char c = (char) (buffer[at++] & 0xFF);
      if (c == '\n') {
        return line.toString();
      }
      if (c != '\r') {
        line.append(c);
      }
    }
  }

  private boolean fill() throws IOException {
    int bytes = in.read(buffer);
    at = 0;
    limit = Math.max(0, bytes);
    return bytes > 0;
  }

  /** Ends the connection; a thread that reads from it gets an exception. Idempotent. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more in any case.
    }
  }
}
