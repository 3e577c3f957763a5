package io.github.quest4j.benchmarks.load;

import io.github.quest4j.benchmarks.BenchmarkException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server says that it holds.
 *
 * @param gauges by their names in {@code /metrics}, without {@code quest_}; besides {@code
 *     server_errors}, the requests that ended with a 5xx other than 503, which a client that has
 *     gone does not see
 */
public record SoakHealth(Map<String, Double> gauges) {

  private static final String PREFIX = "quest_";
  private static final int MILLIS = 20_000;
  private static final List<String> NAMES =
      List.of(
          "sequences_running",
          "requests_waiting",
          "requests_in_progress",
          "connections",
          "pages_used",
          "prefix_pages",
          "kv_bytes",
          "jvm_threads",
          "heap_after_gc_bytes",
          "process_resident_bytes",
          "set_back_total",
          "samples_finished_total",
          "samples_cancelled_total",
          "samples_failed_total",
          "prefix_pages_released_total");

  /** Reads {@code /metrics}. */
  static SoakHealth of(Target target) {
    URI address = URI.create(target.name() + "/metrics");
    Map<String, String> fields = new LinkedHashMap<>();
    target.apiKey().ifPresent(key -> fields.put("Authorization", "Bearer " + key));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (HttpCall call = HttpCall.open(address, MILLIS)) {
      call.exchange("GET", address, fields, new byte[0]);
      byte[] piece = new byte[1 << 14];
      for (int n = call.read(piece); n >= 0; n = call.read(piece)) {
        body.write(piece, 0, n);
      }
    } catch (IOException e) {
      throw new BenchmarkException(
          Unreached.sentence(address.toString(), "start quest serve", e), e);
    }
    Map<String, Double> gauges = new LinkedHashMap<>();
    String text = body.toString(StandardCharsets.UTF_8);
    for (String name : NAMES) {
      gauges.put(
          name,
          text.lines()
              .filter(line -> line.startsWith(PREFIX + name + " "))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
              .findFirst()
              .orElseThrow(() ->
                  new BenchmarkException(
                      "%s tells no %s: a soak needs the metrics of quest serve"
                          .formatted(address, PREFIX + name))));
    }
    gauges.put(
        "server_errors",
        text.lines()
            .filter(line -> line.startsWith(PREFIX + "requests_total{"))
            .filter(line -> line.contains("status=\"5") && !line.contains("status=\"503\""))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum());
    return new SoakHealth(gauges);
  }

  /** A value. */
  public double of(String name) {
    Double value = gauges.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no gauge: " + name);
    }
    return value;
  }

  /** Whether nothing is under way but the request for this. */
  boolean idle() {
    return of("sequences_running") == 0
        && of("requests_waiting") == 0
        && of("requests_in_progress") == 0
        && of("connections") <= 1;
  }
}
