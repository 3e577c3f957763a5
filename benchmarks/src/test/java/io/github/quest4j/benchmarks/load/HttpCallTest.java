package io.github.quest4j.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpCallTest {

  /** The body of an answer that is exactly these bytes, sent {@code split} at a time. */
  private static String body(String answer, int split, boolean close) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread thread = Thread.ofVirtual().start(() -> serve(server, answer, split, close));
      URI address = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1/models");
      try (HttpCall call = HttpCall.open(address, close ? 10_000 : 200)) {
        call.exchange("GET", address, Map.of("Accept", "x"), new byte[0]);
        assertThat(call.status()).isEqualTo(200);
        StringBuilder body = new StringBuilder();
        byte[] piece = new byte[5];
        for (int n = call.read(piece); n >= 0; n = call.read(piece)) {
          body.append(new String(piece, 0, n, StandardCharsets.UTF_8));
        }
        assertThat(call.read(piece)).isEqualTo(-1);
        return body.toString();
      } finally {
        thread.interrupt();
      }
    }
  }

  private static void serve(ServerSocket server, String answer, int split, boolean close) {
    try (Socket socket = server.accept()) {
      socket.setTcpNoDelay(true);
      byte[] request = new byte[4_096];
      int n = socket.getInputStream().read(request);
      assertThat(new String(request, 0, n, StandardCharsets.UTF_8))
          .startsWith("GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:")
          .contains("\r\nConnection: close\r\n")
          .endsWith("\r\n\r\n");
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      OutputStream out = socket.getOutputStream();
      for (int at = 0; at < bytes.length; at += split) {
        out.write(bytes, at, Math.min(split, bytes.length - at));
        out.flush();
      }
      if (!close) {
        Thread.sleep(60_000);
      }
    } catch (IOException | InterruptedException e) {
      // The client has what it wants.
    }
  }

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKS =
      OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n10;x=y\r\n0123456789abcdef\r\n";

  @Test
  void chunksAreReadWhereverTheBytesAreCut() throws IOException {
    for (int split = 1; split <= 12; split++) {
      assertThat(body(CHUNKS + "0\r\n\r\n", split, true)).isEqualTo("abcd0123456789abcdef");
    }
  }

  @Test
  void aLengthOrTheEndOfTheConnectionEndsABody() throws IOException {
    assertThat(body(OK + "content-LENGTH: 3\r\n\r\nabcde", 100, true)).isEqualTo("abc");
    assertThat(body(OK + "Content-Length: 0\r\n\r\n", 100, true)).isEmpty();
    assertThat(body(OK + "\r\nabcde", 3, true)).isEqualTo("abcde");
    assertThat(body("HTTP/1.1 100 Continue\r\n\r\n" + OK + "\r\nabc", 3, true)).isEqualTo("abc");
  }

  @Test
  void aConnectionCutInTheMiddleIsAnError() {
    assertThatThrownBy(() -> body(CHUNKS, 7, true)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> body(CHUNKS.substring(0, CHUNKS.length() - 6), 7, true))
        .isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> body(OK + "Content-Length: 9\r\n\r\nabc", 7, true))
        .isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> body("HTTP/1.1 200 O", 7, true)).isInstanceOf(EOFException.class);
  }

  @Test
  void whatIsNotHttpIsAnError() {
    assertThatThrownBy(() -> body("SSH-2.0-x\r\n", 7, true)).hasMessage("the answer is not HTTP");
    assertThatThrownBy(() -> body(CHUNKS + "zz\r\n", 7, true))
        .hasMessage("a chunk of the answer has no size");
    assertThatThrownBy(() -> body(CHUNKS.replace("4\r\n", "3\r\n"), 7, true))
        .hasMessage("a chunk of the answer is longer than it says");
    assertThatThrownBy(() -> body(OK + "X: y\r\n".repeat(20_000), 4_096, true))
        .hasMessage("the head of the answer is larger than 65536 bytes");
  }

  @Test
  void silenceIsGivenUp() {
    assertThatThrownBy(() -> body(CHUNKS, 7, false)).isInstanceOf(SocketTimeoutException.class);
  }
}
