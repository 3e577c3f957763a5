package io.github.quest4j.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a soak found.
 *
 * @param seconds that it took, without warm-up and rest
 * @param before what the server held after the warm-up
 * @param after what it held at the end
 * @param counts of the requests, those of the warm-up included
 * @param again questions that were asked alone at the end, and answered as in the beginning
 * @param interrupted whether it was stopped before its end
 */
public record SoakReport(
    SoakPlan plan,
    double seconds,
    SoakHealth before,
    SoakHealth after,
    Counts counts,
    int again,
    boolean interrupted) {

  private static final double GROWTH = 0.1;
  private static final double SLACK = 32 << 20; // bytes
  private static final int MORE_THREADS = 4; // the JVM's compilers and collectors come and go

  private static final String CANCELLED = "samples_cancelled_total";
  private static final int MANY = 20; // of so many one at least is still being answered

  /**
   * What became of the requests.
   *
   * @param requests all
   * @param compared answers that came whole
   * @param wrong answers that differ, and whatever else must not be
   * @param byManner how often each kind of client ended how
   * @param told the first of what was wrong
   */
  public record Counts(
      long requests,
      long compared,
      long wrong,
      Map<String, Map<String, Long>> byManner,
      List<String> told) {}

  /** What is not as it should be; empty for a sound server. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (counts.wrong() > 0) {
      problems.add(counts.wrong() + " requests ended as they must not");
    }
    if (counts.compared() == 0) {
      problems.add("no answer was compared");
    }
    if (again < plan.questions()) {
      problems.add(
          "%d of %d questions were answered otherwise at the end"
              .formatted(plan.questions() - again, plan.questions()));
    }
    for (String gauge :
        List.of("sequences_running", "requests_waiting", "requests_in_progress", "server_errors")) {
      if (after.of(gauge) != 0) {
        problems.add("%s is %.0f at the end".formatted(gauge, after.of(gauge)));
      }
    }
    if (vanished() >= MANY && after.of(CANCELLED) == before.of(CANCELLED)) {
      problems.add(
          "%d clients went while they were answered, and no text was cancelled"
              .formatted(vanished()));
    }
    if (after.of("connections") > 1) {
      problems.add("%.0f connections are open at the end".formatted(after.of("connections") - 1));
    }
    if (after.of("pages_used") != after.of("prefix_pages")) {
      problems.add(
          "%.0f pages are used, of which the prefix cache holds %.0f"
              .formatted(after.of("pages_used"), after.of("prefix_pages")));
    }
    if (after.of("jvm_threads") > before.of("jvm_threads") + MORE_THREADS) {
      problems.add(
          "threads: %.0f, before %.0f"
              .formatted(after.of("jvm_threads"), before.of("jvm_threads")));
    }
    grown(problems, "heap", before.of("heap_after_gc_bytes"), after.of("heap_after_gc_bytes"));
    grown(problems, "process without KV cache", besidesCache(before), besidesCache(after));
    return problems;
  }

  /** Memory of the process that is not the page pool's; NaN where the system does not tell. */
  public static double besidesCache(SoakHealth health) {
    return health.of("process_resident_bytes") - health.of("kv_bytes");
  }

  private long vanished() {
    return Stream.of(SoakManner.GOES_IN_PROMPT, SoakManner.GOES_IN_STREAM, SoakManner.NEVER_READS)
        .map(manner -> counts.byManner().getOrDefault(manner.label(), Map.of()))
        .mapToLong(ends -> ends.getOrDefault(SoakTally.GONE, 0L))
        .sum();
  }

  private static void grown(List<String> problems, String what, double before, double after) {
    if (after > before * (1 + GROWTH) + SLACK) {
      problems.add(
          "%s: %.0f MiB, before %.0f MiB".formatted(what, after / 0x1p20, before / 0x1p20));
    }
  }
}
