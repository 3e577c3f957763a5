package io.github.quest4j.server;

import static io.github.quest4j.server.TestServer.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.SchedulerOptions;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.model.ModelSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Many clients at once, and those with bad manners. */
class TrafficTest {

  private static final String LONG_TEXT =
      "{'messages': [{'role': 'user', 'content': 'Tell a story.'}], 'ignore_eos': true, 'seed': 1, "
          + "'max_tokens': ";
  private static final String POST = "POST " + CHAT + " HTTP/1.1\n";

  private static void awaitRunning(TestServer server) throws InterruptedException {
    TestServer.await(() -> server.scheduler().stats().decodeRows() > 0);
  }

  @Test
  void streamsTogetherSayWhatTheySayAlone() throws Exception {
    try (TestServer server = TestServer.start(TestServer.options());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> requests = new ArrayList<>();
      List<String> alone = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String request =
            "{'messages': [{'role': 'user', 'content': 'Tell me of the number "
                + i
                + ".'}], 'max_tokens': 12, 'seed': "
                + i
                + ", 'temperature': "
                + (i % 2)
                + ", 'quest': {'attention': '"
                + (i % 3 == 0 ? "dense" : "quest")
                + "'}";
        requests.add(request + ", 'stream': true}");
        alone.add(server.ask(CHAT, request + "}").at("/choices/0/message/content").stringValue());
      }
      List<Future<List<JsonNode>>> streams =
          requests.stream()
              .map(request -> clients.submit(() -> server.stream(CHAT, request)))
              .toList();
      for (int i = 0; i < streams.size(); i++) {
        assertThat(TestServer.text(streams.get(i).get(), 0)).isEqualTo(alone.get(i));
      }
      server.awaitNoPages();
    }
  }

  @Test
  void clientsThatGoGiveTheirPagesBack() throws Exception {
    try (TestServer server = TestServer.start(TestServer.options())) {
      for (String stream : List.of("true", "false")) {
        long cancelled = server.scheduler().stats().cancelled();
        try (Socket socket =
            server.raw(POST, LONG_TEXT + "2000, 'stream': " + stream + ", 'n': 2}")) {
          TestServer.await(() -> server.scheduler().stats().running() == 2);
          assertThat(socket.isConnected()).isTrue();
        }
        server.awaitNoPages();
        assertThat(server.scheduler().stats().cancelled()).isEqualTo(cancelled + 2);
      }
      TestServer.await(() -> server.status(CHAT, 499) == 2);
    }
  }

  @Test
  void aReaderThatDoesNotReadIsLetGo() throws Exception {
    Limits limits = Limits.defaults().withIdleTime(Duration.ofMillis(700));
    try (TestServer server = TestServer.start(TestServer.options(limits));
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.server.port()));
      byte[] body =
          (LONG_TEXT + "2000, 'stream': true, 'n': 16, 'logprobs': true, 'top_logprobs': 20}")
              .replace('\'', '"')
              .getBytes(java.nio.charset.StandardCharsets.UTF_8);
      String head =
          POST.replace("\n", "\r\n")
              + "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: "
              + body.length
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      TestServer.await(() -> server.scheduler().stats().cancelled() == 16);
      server.awaitNoPages();
      assertThat(server.get("/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void slowHeadsByTheHundredHinderNobodyAndAreCutOff() throws Exception {
    Limits limits = Limits.defaults().withHeaderTime(Duration.ofSeconds(2));
    try (TestServer server = TestServer.start(TestServer.options(limits))) {
      List<Socket> slow = new ArrayList<>();
      try {
        for (int i = 0; i < 300; i++) {
          slow.add(server.raw(i % 3 == 0 ? "" : i % 3 == 1 ? "POST /v1" : POST + "Host: lo", null));
        }
        assertThat(server.ask(CHAT, LONG_TEXT + "3}").get("choices")).hasSize(1);
        for (Socket socket : slow) {
          assertThat(ends(socket)).isTrue();
        }
      } finally {
        for (Socket socket : slow) {
          socket.close();
        }
      }
      TestServer.await(() -> server.metric("quest_connections") <= 2);
    }
  }

  private static boolean ends(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Test
  void aFullQueueAndADrainingServerRefuse() throws Exception {
    SchedulerOptions one = SchedulerOptions.defaults().withRunning(1).withQueue(0);
    try (TestServer server = TestServer.start(TestServer.options().withScheduler(one));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<JsonNode>> running =
          clients.submit(() -> server.stream(CHAT, LONG_TEXT + "150, 'stream': true}"));
      awaitRunning(server);
      HttpResponse<String> full = server.post(CHAT, (LONG_TEXT + "3}").replace('\'', '"'));
      assertThat(full.statusCode()).isEqualTo(429);
      assertThat(full.headers().firstValue("retry-after")).isPresent();
      assertThat(Json.parse(full.body()).at("/error/type").stringValue())
          .isEqualTo("rate_limit_exceeded");
      server.server.drain();
      HttpResponse<String> late = server.post(CHAT, (LONG_TEXT + "3}").replace('\'', '"'));
      assertThat(late.statusCode()).isEqualTo(503);
      assertThat(late.headers().firstValue("retry-after")).isPresent();
      assertThat(server.get("/ready").statusCode()).isEqualTo(503);
      assertThat(server.get("/health").statusCode()).isEqualTo(200);
      assertThat(running.get().getLast().at("/choices/0/finish_reason").stringValue())
          .isEqualTo("length");
      assertThat(server.server.awaitIdle(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void whileTheModelLoadsRequestsAreAskedToComeAgain() throws Exception {
    CountDownLatch load = new CountDownLatch(1);
    ModelSource source =
        new ModelSource(
            List.of("smollm2"),
            () -> {
              load.await();
              return TestServer.engine();
            });
    try (TestServer server = TestServer.starting(TestServer.options(), source)) {
      assertThat(server.get("/health").statusCode()).isEqualTo(200);
      assertThat(server.get("/metrics").statusCode()).isEqualTo(200);
      assertThat(server.get("/ready").statusCode()).isEqualTo(503);
      HttpResponse<String> early = server.post(CHAT, (LONG_TEXT + "3}").replace('\'', '"'));
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.headers().firstValue("retry-after")).isPresent();
      assertThat(Json.parse(early.body()).at("/error/code").stringValue()).isEqualTo("loading");
      load.countDown();
      server.server.loaded().join();
      assertThat(server.get("/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aRequestThatTakesTooLongIsEnded() throws Exception {
    Limits limits = Limits.defaults().withRequestTime(Duration.ofMillis(800));
    try (TestServer server = TestServer.start(TestServer.options(limits))) {
      HttpResponse<String> late = server.post(CHAT, (LONG_TEXT + "2000}").replace('\'', '"'));
      assertThat(late.statusCode()).isEqualTo(503);
      assertThat(Json.parse(late.body()).at("/error/code").stringValue())
          .isEqualTo("request_timeout");
      HttpResponse<String> streamed =
          server.post(CHAT, (LONG_TEXT + "2000, 'stream': true}").replace('\'', '"'));
      assertThat(streamed.body()).contains("request_timeout").doesNotContain("[DONE]");
      server.awaitNoPages();
    }
  }

  @Test
  void aServerThatIsClosedLeavesNothing() {
    List<Engine> engines = new ArrayList<>();
    ModelSource source =
        new ModelSource(
            List.of("smollm2"),
            () -> {
              engines.add(TestServer.engine());
              return engines.getFirst();
            });
    try (TestServer server = TestServer.starting(TestServer.options(), source)) {
      server.server.loaded().join();
    }
    assertThat(engines.getFirst().kvBytesReserved()).isZero();
  }
}
