package io.github.quest4j.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a soak finds wrong with a server. */
class SoakReportTest {

  private static final SoakPlan PLAN =
      new SoakPlan(60, 10, 5, 16, 40, 2, 512, 64, 32, 0.2, 0.1, 0.1, 1);
  private static final Map<String, Double> BEFORE =
      Map.ofEntries(
          Map.entry("sequences_running", 0.0),
          Map.entry("requests_waiting", 0.0),
          Map.entry("requests_in_progress", 0.0),
          Map.entry("server_errors", 0.0),
          Map.entry("connections", 1.0),
          Map.entry("pages_used", 300.0),
          Map.entry("prefix_pages", 300.0),
          Map.entry("kv_bytes", 100e6),
          Map.entry("jvm_threads", 17.0),
          Map.entry("heap_after_gc_bytes", 40e6),
          Map.entry("process_resident_bytes", 1_900e6),
          Map.entry("samples_cancelled_total", 14.0));

  private static Map<String, Double> sound() {
    Map<String, Double> after = new HashMap<>(BEFORE);
    after.put("samples_cancelled_total", 90.0);
    return after;
  }

  private static SoakReport report(
      Map<String, Double> after, long wrong, long compared, int again) {
    Map<String, Map<String, Long>> byManner =
        Map.of(
            "goes in the stream",
            Map.of("gone", 12L),
            "never reads, then goes",
            Map.of("gone", 8L));
    return new SoakReport(
        PLAN,
        60,
        new SoakHealth(BEFORE),
        new SoakHealth(after),
        new SoakReport.Counts(500, compared, wrong, byManner, List.of()),
        again,
        false);
  }

  @Test
  void nothingIsWrongWithASoundServer() {
    assertThat(report(sound(), 0, 300, 40).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sequences_running, 1, sequences_running is 1 at the end",
    "requests_waiting, 2, requests_waiting is 2 at the end",
    "requests_in_progress, 3, requests_in_progress is 3 at the end",
    "server_errors, 57, server_errors is 57 at the end",
    "connections, 5, 4 connections are open at the end",
    "pages_used, 301, '301 pages are used, of which the prefix cache holds 300'",
    "jvm_threads, 22, 'threads: 22, before 17'",
    "heap_after_gc_bytes, 90e6, 'heap: 86 MiB, before 38 MiB'",
    "process_resident_bytes, 2200e6, 'process without KV cache: 2003 MiB, before 1717 MiB'",
    "samples_cancelled_total, 14, '20 clients went while they were answered, and no text was cancelled'"
  })
  void whatAServerKeepsIsTold(String gauge, double value, String problem) {
    Map<String, Double> after = sound();
    after.put(gauge, value);
    assertThat(report(after, 0, 300, 40).problems()).containsExactly(problem);
  }

  @Test
  void wrongAnswersAreTold() {
    assertThat(report(sound(), 2, 0, 38).problems())
        .containsExactly(
            "2 requests ended as they must not",
            "no answer was compared",
            "2 of 40 questions were answered otherwise at the end");
  }
}
