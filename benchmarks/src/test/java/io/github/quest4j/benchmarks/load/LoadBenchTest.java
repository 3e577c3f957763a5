package io.github.quest4j.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.benchmarks.BenchmarkException;
import io.github.quest4j.benchmarks.Spread;
import io.github.quest4j.benchmarks.load.LoadReport.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadBenchTest {

  private static LoadReport run(LoadPlan plan, int rounds, Target... targets) {
    return new LoadBench(List.of(targets), plan, Plans::text).run(rounds, (w, u, d, t) -> {});
  }

  private static Server run(LoadPlan plan, StandInServer server) {
    return run(plan, 1, server.target()).servers().getFirst();
  }

  @Test
  void aClosedLoopKeepsAllItsStreamsAndNoMore() {
    CyclicBarrier together = new CyclicBarrier(3);
    StandInServer.Manners manners =
        answer -> {
          try {
            together.await(); // three must be under way, or none is answered
          } catch (java.util.concurrent.BrokenBarrierException e) {
            throw new IOException(e);
          }
          answer.whole();
        };
    try (StandInServer server = new StandInServer(5, manners)) {
      Server measured = run(Plans.closed(3, 12), server);
      assertThat(measured.model()).isEqualTo("stand-in");
      assertThat(measured.failures()).isEmpty();
      assertThat(measured.outcomes()).hasSize(12).allMatch(Outcome::finished);
      assertThat(server.most()).isEqualTo(3);
      for (Outcome outcome : measured.outcomes()) {
        assertThat(outcome.arrivals()).hasSize(4);
        assertThat(outcome.outputTokens()).isEqualTo(4);
        assertThat(outcome.cachedTokens()).hasValue(2);
        // Calibrated: 20 tokens of overhead, four characters each, and a word more or less.
        assertThat(outcome.promptTokens().orElseThrow()).isBetween(98, 206);
      }
    }
  }

  @Test
  void anOpenLoopWaitsForNoAnswer() {
    CountDownLatch allAreHere = new CountDownLatch(20);
    StandInServer.Manners manners =
        answer -> {
          allAreHere.countDown();
          allAreHere.await(); // whoever waits for an answer waits for ever
          answer.whole();
        };
    List<Long> gaps = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      try (StandInServer server = new StandInServer(manners)) {
        Server measured = run(Plans.open(200, 20), server);
        assertThat(measured.outcomes()).hasSize(20).allMatch(Outcome::finished);
        long[] moments =
            measured.outcomes().stream().mapToLong(Outcome::intended).sorted().toArray();
        gaps.add(moments[19] - moments[0]);
        assertThat(measured.outcomes()).allMatch(outcome -> outcome.sent() >= outcome.intended());
      }
    }
    // The second server was not kept waiting, yet the same moments were intended.
    assertThat(gaps.get(1)).isBetween(gaps.get(0) - 2, gaps.get(0) + 2);
  }

  @Test
  void requestsAreStreamedGreedyAndOfEqualLength() {
    List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    StandInServer.Manners manners =
        answer -> {
          bodies.add(answer.body().toString() + answer.header("Authorization"));
          answer.whole();
        };
    try (StandInServer server = new StandInServer(manners)) {
      Target target =
          Target.of(
              server.address() + "/v1/",
              Target.Endpoint.COMPLETIONS,
              Optional.of("m"),
              Optional.of("secret"));
      run(Plans.closed(1, 1), 1, target);
      assertThat(bodies).hasSize(1);
      assertThat(bodies.getFirst())
          .startsWith("{\"model\":\"m\",\"prompt\":\"")
          .endsWith(
              "\"max_tokens\":4,\"temperature\":0,\"stream\":true,\"stream_options\":{\"include_usage\":true},\"ignore_eos\":true}Bearer secret");
      assertThat(target.toString()).doesNotContain("secret");
    }
  }

  @Test
  void promptsShareNoBeginningAndBothServersGetTheSame() {
    try (StandInServer one = new StandInServer(StandInServer.Answer::whole);
        StandInServer other = new StandInServer(StandInServer.Answer::whole)) {
      LoadReport report = run(Plans.warmedUp(2, 10, 3), 2, one.target(), other.target());
      assertThat(one.prompts()).hasSize(3 + 20);
      assertThat(other.prompts()).containsExactlyInAnyOrderElementsOf(one.prompts());
      HashSet<String> beginnings = new HashSet<>();
      one.prompts().forEach(prompt -> beginnings.add(prompt.substring(0, 6)));
      assertThat(beginnings).hasSize(23);
      assertThat(report.servers()).allMatch(server -> server.rounds().size() == 2);
      assertThat(report.ratio(Figure.OUTPUT_TOK_S)).isPresent();
      assertThat(report.ratio(Figure.INTRUDER_TTFT_S)).isEmpty();
    }
  }

  @Test
  void twoServersTakeTurnsInGoingFirst() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    try (StandInServer a = new StandInServer(noting("a", order));
        StandInServer b = new StandInServer(noting("b", order))) {
      run(Plans.closed(1, 1), 3, a.target(), b.target());
      assertThat(order).containsExactly("a", "b", "b", "a", "a", "b");
    }
  }

  private static StandInServer.Manners noting(String name, List<String> order) {
    return answer -> {
      order.add(name);
      answer.whole();
    };
  }

  @Test
  void theFirstQuestionIsAnsweredBeforeTheOthersAreAsked() {
    AtomicInteger asked = new AtomicInteger();
    StandInServer.Manners manners =
        answer -> {
          if (asked.incrementAndGet() == 1) {
            Thread.sleep(100);
            assertThat(asked).hasValue(1);
          }
          answer.whole();
        };
    try (StandInServer server = new StandInServer(manners)) {
      Server measured = run(Plans.shared(3, 7, false), server);
      assertThat(measured.outcomes()).hasSize(7).allMatch(Outcome::finished);
      assertThat(measured.outcomes().getFirst().role()).isEqualTo(Role.FIRST_QUESTION);
      List<String> prompts = server.prompts();
      String document = prompts.getFirst().substring(0, prompts.getFirst().indexOf("\n\n"));
      assertThat(document.length()).isBetween(1_900, 2_000); // 480 of 500 tokens; 20 are overhead
      assertThat(prompts).allMatch(prompt -> prompt.startsWith(document + "\n\nQuestion "));
      assertThat(new HashSet<>(prompts)).hasSize(7);
      assertThat(Figure.SECOND_QUESTION_TIMES.of(measured.rounds().getFirst())).isPositive();
    }
  }

  @Test
  void streamsGoOnUntilTheLongPromptHasItsAnswer() {
    CountDownLatch others = new CountDownLatch(10);
    StandInServer.Manners manners =
        answer -> {
          if (answer.prompt().length() > 8_000) {
            others.await();
          } else {
            others.countDown();
          }
          answer.whole();
        };
    try (StandInServer server = new StandInServer(manners)) {
      Server measured = run(Plans.intruded(2, 2), server);
      assertThat(measured.outcomes()).allMatch(Outcome::finished);
      assertThat(measured.outcomes().stream().filter(o -> o.role() == Role.INTRUDER)).hasSize(1);
      assertThat(measured.outcomes()).hasSizeGreaterThanOrEqualTo(11);
    }
  }

  @Test
  void failuresAreCountedByTheirKind() {
    AtomicInteger next = new AtomicInteger();
    StandInServer.Manners manners =
        answer -> {
          int which = next.getAndIncrement();
          switch (which) {
            case 0 -> answer.refuse(429, "{\"error\":{}}", "Retry-After", "0");
            case 1 -> answer.refuse(503, "draining");
            case 2 -> {
              answer.begin();
              answer.token("a");
              throw new IOException("the connection is cut here");
            }
            case 3 -> {
              answer.begin();
              answer.token("a");
              Thread.sleep(30_000);
            }
            case 4 -> {
              answer.begin();
              answer.send("data: {\"choices\":\n\n");
            }
            case 5 -> {
              answer.begin();
              answer.token("a");
              answer.send("data: {\"error\":{\"message\":\"out of pages\"}}\n\n");
            }
            case 6 -> {
              answer.begin();
              answer.token("a");
            }
            default -> answer.whole();
          }
        };
    try (StandInServer server = new StandInServer(manners)) {
      Server measured = run(Plans.patient(1, 9, 0.5), server);
      assertThat(measured.failures())
          .isEqualTo(
              Map.of(
                  "busy (429)", 1L,
                  "http 503", 1L,
                  "connection cut", 1L,
                  "silent", 1L,
                  "malformed answer", 2L,
                  "error in the stream", 1L));
      assertThat(measured.retryAfter()).contains(new Spread(0, 0, 0));
      assertThat(measured.firstFailure().orElseThrow().detail())
          .isEqualTo("HTTP 429: {\"error\":{}}");
      assertThat(measured.outcomes().stream().filter(Outcome::finished)).hasSize(2);
    }
  }

  @Test
  void withoutUsageEventsAreCounted() {
    StandInServer.Manners manners =
        answer -> {
          answer.begin();
          answer.token("");
          answer.token("a");
          answer.token("b");
          answer.send(
              "data: {\"choices\":[{\"finish_reason\":\"stop\",\"delta\":{}}],\"timings\":{\"cache_n\":5}}\n\n");
        };
    try (StandInServer server = new StandInServer(manners)) {
      Outcome outcome = run(Plans.closed(1, 1), server).outcomes().getFirst();
      assertThat(outcome.finished()).isTrue();
      assertThat(outcome.outputTold()).isFalse();
      assertThat(outcome.outputTokens()).isEqualTo(2);
      assertThat(outcome.promptTokens()).isEmpty();
      assertThat(outcome.cachedTokens()).hasValue(5);
    }
  }

  @Test
  void stoppingLeavesAReportOfWhatThereIs() throws Exception {
    CountDownLatch hanging = new CountDownLatch(2);
    AtomicInteger next = new AtomicInteger();
    StandInServer.Manners manners =
        answer -> {
          if (next.getAndIncrement() < 3) {
            answer.whole();
            return;
          }
          answer.begin();
          answer.token("a");
          hanging.countDown();
          Thread.sleep(30_000);
        };
    try (StandInServer server = new StandInServer(manners)) {
      LoadBench bench = new LoadBench(List.of(server.target()), Plans.closed(2, 50), Plans::text);
      Thread stopper =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  hanging.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                bench.stop();
              });
      LoadReport report = bench.run(3, (w, u, d, t) -> {});
      stopper.join();
      assertThat(report.interrupted()).isTrue();
      Server measured = report.servers().getFirst();
      assertThat(measured.rounds()).hasSize(1);
      assertThat(measured.outcomes()).hasSize(5);
      assertThat(measured.outcomes().stream().filter(Outcome::finished)).hasSize(3);
      assertThat(measured.failures()).isEmpty();
    }
  }

  @Test
  void aServerThatAnswersNothingIsNamed() {
    Target gone;
    try (StandInServer server = new StandInServer(answer -> answer.refuse(500, "no model"))) {
      gone = server.target();
      assertThatThrownBy(() -> run(Plans.warmedUp(1, 1, 1), server))
          .isInstanceOf(BenchmarkException.class)
          .hasMessage(gone.name() + " answers no request: HTTP 500: no model");
    }
    assertThatThrownBy(() -> run(Plans.closed(1, 1), 1, gone))
        .isInstanceOf(BenchmarkException.class)
        .hasMessage("no server answers at %s: start it, or give another address", gone.name());
  }

  @Test
  void whereTlsFailsItIsNotSaidThatNobodyAnswers() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket client = plain.accept()) {
              client.getInputStream().read();
              client.getOutputStream().write("HTTP/1.1 400 Bad\r\n\r\n".getBytes(US_ASCII));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      String address = "https://127.0.0.1:" + plain.getLocalPort();
      Target secured = Target.of(address, Target.Endpoint.CHAT, Optional.empty(), Optional.empty());
      assertThatThrownBy(() -> run(Plans.closed(1, 1), 1, secured))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageStartingWith(address + " is not trusted or speaks no TLS (")
          .hasMessageContaining("trustStore");
    }
  }

  @Test
  void badAddressesAreRefused() {
    for (String bad :
        List.of("", "localhost:8080", "ftp://x", "http://", "http://a b", "http://x/?q")) {
      assertThatThrownBy(
              () -> Target.of(bad, Target.Endpoint.CHAT, Optional.empty(), Optional.empty()))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not the address of a server: '" + bad + "'");
    }
  }
}
