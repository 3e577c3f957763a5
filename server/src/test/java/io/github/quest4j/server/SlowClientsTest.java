package io.github.quest4j.server;

import static io.github.quest4j.server.TestServer.CHAT;
import static io.github.quest4j.server.TestServer.COMPLETIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.schedule.SchedulerOptions;
import io.github.quest4j.server.config.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients by the hundred that do not read, or send next to nothing. */
class SlowClientsTest {

  private static final int CLIENTS = 300;
  private static final String ASK =
      "{'messages': [{'role': 'user', 'content': 'Hello'}], 'max_tokens': 3}";

  /**
   * 16 texts of a token, each of which begins with the prompt: more bytes than the buffers between
   * hold, for little work.
   */
  private static String wordy() {
    return "{'prompt': '"
        + " ".repeat(24_000)
        + "', 'echo': true, 'stream': true, 'n': 16, 'max_tokens': 1, 'ignore_eos': true}";
  }

  private static Socket connect(TestServer server) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.server.port()));
    return socket;
  }

  private static byte[] request(String path, String body, int length) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + length
            + "\r\n\r\n"
            + body.replace('\'', '"'))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void readersThatNeverReadHoldNeitherTheBatchNorTheirConnection() throws Exception {
    // Time for 300 prompts to be read before the last head is looked at, on a busy machine, too.
    Limits limits =
        Limits.defaults().withIdleTime(Duration.ofSeconds(3)).withHeaderTime(Duration.ofMinutes(1));
    SchedulerOptions scheduler = SchedulerOptions.defaults().withQueue(2 * CLIENTS);
    List<Socket> sockets = new ArrayList<>();
    try (TestServer server =
        TestServer.start(TestServer.options(limits).withScheduler(scheduler))) {
      byte[] request = request(COMPLETIONS, wordy(), wordy().length());
      for (int i = 0; i < CLIENTS; i++) {
        Socket socket = connect(server);
        sockets.add(socket);
        socket.getOutputStream().write(request);
      }
      // It stands behind all of them, and is answered: they hold no place in the batch.
      assertThat(server.ask(CHAT, ASK).get("choices")).hasSize(1);
      TestServer.await(() -> server.status(COMPLETIONS, 499) == CLIENTS);
      TestServer.await(() -> server.metric("quest_connections") <= 2);
      server.awaitNoPages();
      assertThat(server.metric("quest_requests_in_progress")).isZero();
      assertThat(server.get("/ready").statusCode()).isEqualTo(200);
    } finally {
      close(sockets);
    }
  }

  @Test
  void bodiesThatComeByteByByteEndWithTheRequestsTime() throws Exception {
    Limits limits =
        Limits.defaults()
            .withIdleTime(Duration.ofSeconds(5))
            .withRequestTime(Duration.ofSeconds(10));
    List<Socket> sockets = new ArrayList<>();
    try (TestServer server = TestServer.start(TestServer.options(limits))) {
      for (int i = 0; i < CLIENTS; i++) {
        Socket socket = connect(server);
        sockets.add(socket);
        socket.getOutputStream().write(request(CHAT, "{", 4_000));
      }
      assertThat(server.get("/ready").statusCode()).isEqualTo(200);
      TestServer.await(() -> {
        sockets.forEach(SlowClientsTest::oneMore);
        return server.status(CHAT, 503) == CLIENTS;
      });
      TestServer.await(() -> server.metric("quest_connections") <= 2);
      assertThat(server.metric("quest_requests_in_progress")).isZero();
    } finally {
      close(sockets);
    }
  }

  private static void oneMore(Socket socket) {
    try {
      socket.getOutputStream().write(' ');
    } catch (IOException e) {
      // it has been cut off
    }
  }

  @Test
  void bodiesThatStopAreCutOff() throws Exception {
    Limits limits = Limits.defaults().withIdleTime(Duration.ofSeconds(2));
    List<Socket> sockets = new ArrayList<>();
    try (TestServer server = TestServer.start(TestServer.options(limits))) {
      for (int i = 0; i < CLIENTS; i++) {
        Socket socket = connect(server);
        sockets.add(socket);
        socket.getOutputStream().write(request(i % 2 == 0 ? CHAT : "/tokenize", "{", 4_000));
      }
      assertThat(server.ask(CHAT, ASK).get("choices")).hasSize(1);
      TestServer.await(() -> server.status(CHAT, 499) + server.status("/tokenize", 499) == CLIENTS);
      TestServer.await(() -> server.metric("quest_connections") <= 2);
      assertThat(server.metric("quest_requests_in_progress")).isZero();
    } finally {
      close(sockets);
    }
  }

  @Test
  void whoGoesInItsBodyIsGoneAndNoErrorOfOurs() throws Exception {
    try (TestServer server = TestServer.start(TestServer.options())) {
      for (int i = 0; i < CLIENTS; i++) {
        try (Socket socket = connect(server)) {
          if (i % 2 == 0) {
            socket.setSoLinger(true, 0); // a reset
          }
          socket.getOutputStream().write(request(i % 3 == 0 ? "/tokenize" : CHAT, "{", 4_000));
          if (i % 4 < 2) { // whose body is being read, else it has not begun
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isNegative();
          }
        }
      }
      TestServer.await(() -> server.metric("quest_connections") <= 2);
      assertThat(server.status(CHAT, 499)).isPositive();
      assertThat(server.status(CHAT, 500)).isZero();
      assertThat(server.status("/tokenize", 500)).isZero();
      assertThat(server.metric("quest_requests_in_progress")).isZero();
    }
  }

  @Test
  void chunksThatAreNoneAreRefused() throws Exception {
    try (TestServer server = TestServer.start(TestServer.options())) {
      for (String chunk :
          List.of(
              "zz\n{}\n",
              "ffffffff\n{}\n",
              "-1\n{}\n",
              "fffffffff\n{}",
              "2\n{}xx\n0\n\n",
              "\n\n",
              ";\n")) {
        String head =
            "POST " + CHAT + " HTTP/1.1\nHost: localhost\nContent-Type: application/json\n";
        try (Socket socket = server.raw(head + "Transfer-Encoding: chunked\n\n" + chunk, null)) {
          socket.shutdownOutput();
          String answer =
              new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          assertThat(answer).as(chunk).matches("(?s)|HTTP/1.1 400.*");
        }
      }
      // A chunk is not waited for, and not held in memory, that is larger than a body may be.
      String large =
          "POST " + CHAT + " HTTP/1.1\nHost: localhost\nContent-Type: application/json\n";
      large += "Transfer-Encoding: chunked\n\n40000000\n{";
      try (Socket socket = server.raw(large, null)) {
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
            .isEqualTo("HTTP/1.1 413");
      }
      TestServer.await(() -> server.metric("quest_connections") <= 2);
      assertThat(server.status(CHAT, 500)).isZero();
    }
  }
}
