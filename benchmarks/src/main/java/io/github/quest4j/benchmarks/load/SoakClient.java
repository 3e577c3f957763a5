package io.github.quest4j.benchmarks.load;

import io.github.quest4j.benchmarks.load.SoakQuestions.Question;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One client of a soak, which behaves now in this manner, now in that. */
final class SoakClient {

  private static final int SILENCE = 180_000; // ms, of an answer that should come
  private static final int RUDE = 40_000; // ms, until a rude one has enough
  private static final int SMALL = 4_096; // bytes of a receive buffer
  private static final int MAX_GONE = 4_000; // ms

  /** Requests that must be refused, with the status. */
  private record Bad(String path, int status, String body) {}

  private static final String CHAT = "/v1/chat/completions";
  private static final String HELLO = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
  private static final List<Bad> BAD =
      List.of(
          new Bad(CHAT, 400, "{"),
          new Bad(CHAT, 400, "[]"),
          new Bad(CHAT, 400, "{}"),
          new Bad(CHAT, 400, "{\"a\":".repeat(3_000)),
          new Bad(CHAT, 400, "{" + HELLO + ", \"temperature\": 9}"),
          new Bad(CHAT, 400, "{" + HELLO + ", \"n\": 1000000}"),
          new Bad(CHAT, 400, "{" + HELLO + ", \"max_tokens\": -1, \"stream\": true}"),
          new Bad(CHAT, 400, "{" + HELLO + ", \"quest\": {\"token_budget\": 1}}"),
          new Bad(CHAT, 400, "{\"messages\": [{\"role\": \"nobody\", \"content\": \"Hi\"}]}"),
          new Bad(CHAT, 404, "{" + HELLO + ", \"model\": \"another\"}"),
          new Bad("/v1/completions", 400, "{\"prompt\": \"" + "a b ".repeat(60_000) + "\"}"),
          new Bad("/v1/completions", 400, "{\"prompt\": [99999999]}"),
          new Bad("/v1/nothing", 404, "{}"),
          new Bad("/metrics", 405, "{}"));

  private final Target target;
  private final SoakQuestions questions;
  private final Map<Integer, Map<Integer, String>> alone;
  private final SoakTally tally;

  /**
   * A client.
   *
   * @param alone the questions' answers by their indices
   */
  SoakClient(
      Target target,
      SoakQuestions questions,
      Map<Integer, Map<Integer, String>> alone,
      SoakTally tally) {
    this.target = target;
    this.questions = questions;
    this.alone = alone;
    this.tally = tally;
  }

  /** Makes one request, or half of one. */
  void act(SoakManner manner, SplittableRandom random) throws InterruptedException {
    try {
      switch (manner) {
        case STREAM -> ask(manner, random, true, 1 << 14, 0);
        case WHOLE -> ask(manner, random, false, 1 << 14, 0);
        case SLOW_READER -> ask(manner, random, true, 300, 100);
        case BAD -> bad(random);
        case GOES_IN_REQUEST, GOES_IN_PROMPT, GOES_IN_STREAM, NEVER_READS -> go(manner, random);
        case SILENT, SLOW_HEAD, SLOW_BODY -> rude(manner, random);
      }
    } catch (SocketTimeoutException e) {
      tally.wrong(manner, "HANGS", "nothing came for " + SILENCE / 1_000 + " s");
    } catch (IOException e) {
      tally.wrong(manner, "CUT", String.valueOf(e));
    }
  }

  /** The answer to a question, for comparison. */
  SoakAnswer ask(Question question, boolean stream, int piece, SoakAnswer.Pace pace)
      throws IOException, InterruptedException {
    URI address = address(question);
    try (HttpCall call = HttpCall.open(address, SILENCE)) {
      call.exchange("POST", address, fields(), question.body(stream));
      return SoakAnswer.read(call, stream, piece, pace);
    }
  }

  private void ask(SoakManner manner, SplittableRandom random, boolean stream, int piece, int pause)
      throws IOException, InterruptedException {
    Question question = questions.draw(random);
    SoakAnswer.Pace pace =
        bytes -> {
          if (pause > 0) {
            Thread.sleep(random.nextInt(pause));
          }
        };
    SoakAnswer answer = ask(question, stream, piece, pace);
    if (answer.status() == 429 || answer.status() == 503) {
      tally.good(manner, "refused " + answer.status() + " " + answer.error().split(" ", 2)[0]);
    } else if (answer.status() != 200) {
      tally.wrong(manner, "STATUS " + answer.status(), answer.error());
    } else if (answer.error().startsWith("out_of_memory")
        || answer.error().startsWith("request_timeout")) {
      tally.good(manner, "ended by " + answer.error().split(" ", 2)[0]);
    } else if (!answer.whole() || !answer.error().isEmpty()) {
      tally.wrong(manner, "NOT WHOLE", answer.error());
    } else if (answer.texts().equals(alone.get(question.index()))) {
      tally.equal(manner);
    } else {
      tally.different(
          manner,
          "question %d: %s, alone %s"
              .formatted(question.index(), answer.texts(), alone.get(question.index())));
    }
  }

  private void bad(SplittableRandom random) throws IOException, InterruptedException {
    Bad bad = BAD.get(random.nextInt(BAD.size()));
    URI address = URI.create(target.name() + bad.path());
    try (HttpCall call = HttpCall.open(address, SILENCE)) {
      call.exchange("POST", address, fields(), bad.body().getBytes(StandardCharsets.UTF_8));
      SoakAnswer answer = SoakAnswer.read(call, false, 1 << 12, _ -> {});
      if (answer.status() != bad.status() || answer.error().isBlank()) {
        String detail = bad.body().substring(0, Math.min(60, bad.body().length()));
        tally.wrong(SoakManner.BAD, "STATUS " + answer.status(), detail + ": " + answer.error());
      } else {
        tally.good(SoakManner.BAD, "refused " + bad.status());
      }
    }
  }

  /** Goes at a random moment, with a reset or in order. */
  private void go(SoakManner manner, SplittableRandom random) throws InterruptedException {
    boolean stream = manner != SoakManner.GOES_IN_PROMPT || random.nextBoolean();
    Question question = questions.fresh(random, manner == SoakManner.NEVER_READS);
    URI address = address(question);
    byte[] request = HttpCall.request("POST", address, fields(), question.body(stream));
    try (Socket socket = open(address)) {
      socket.setSoTimeout(SILENCE);
      if (random.nextBoolean()) {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset
      }
      int bytes =
          manner == SoakManner.GOES_IN_REQUEST ? random.nextInt(request.length) : request.length;
      socket.getOutputStream().write(request, 0, bytes);
      if (manner == SoakManner.GOES_IN_STREAM) {
        int left = random.nextInt(1, 6_000);
        byte[] piece = new byte[200];
        for (int n = 0; left > 0 && n >= 0; left -= n) {
          n = socket.getInputStream().read(piece);
        }
      } else {
        Thread.sleep(random.nextInt(manner == SoakManner.NEVER_READS ? 4 * MAX_GONE : MAX_GONE));
      }
    } catch (IOException e) {
      // the server was faster: it may cut off who does not read
    }
    tally.good(manner, SoakTally.GONE);
  }

  /** Sends little; ends with the connection or with its own patience, and must get no 5xx. */
  private void rude(SoakManner manner, SplittableRandom random)
      throws IOException, InterruptedException {
    Question question = questions.draw(random);
    URI address = address(question);
    byte[] request = HttpCall.request("POST", address, fields(), question.body(true));
    int head = new String(request, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    long end = System.nanoTime() + 1_000_000L * random.nextInt(1_000, RUDE);
    try (Socket socket = open(address)) {
      OutputStream out = socket.getOutputStream();
      int sent = manner == SoakManner.SLOW_BODY ? head : 0;
      out.write(Arrays.copyOf(request, sent));
      while (System.nanoTime() - end < 0) {
        Thread.sleep(random.nextInt(500));
        if (manner != SoakManner.SILENT && sent < request.length) {
          out.write(request[sent++]);
        }
        socket.setSoTimeout(1);
        try {
          byte[] answer = new byte[12];
          int n = socket.getInputStream().read(answer);
          String start = new String(answer, StandardCharsets.ISO_8859_1);
          if (n > 9 && start.charAt(9) == '5' && !start.endsWith("503")) {
            tally.wrong(manner, "STATUS " + start.substring(9), "");
          } else {
            tally.good(manner, n < 0 ? "cut off" : "answered");
          }
          return;
        } catch (SocketTimeoutException e) {
          // nothing yet, as it should be
        }
      }
      tally.good(manner, SoakTally.GONE);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      tally.good(manner, "cut off");
    }
  }

  private static Socket open(URI address) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(SMALL);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), RUDE);
    return socket;
  }

  private URI address(Question question) {
    return new Target(target.base(), question.endpoint(), target.model(), target.apiKey())
        .completions();
  }

  private Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Content-Type", "application/json");
    target.apiKey().ifPresent(key -> fields.put("Authorization", "Bearer " + key));
    return fields;
  }
}
