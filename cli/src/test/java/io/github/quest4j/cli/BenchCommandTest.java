package io.github.quest4j.cli;

import static io.github.quest4j.cli.Ended.quest;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Isolated("it takes the place of standard output and error")
class BenchCommandTest {

  /** A benchmark that is over at once: two layers of random weights, no warm-up. */
  private static JsonNode json(String... args) {
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(args));
    all.addAll(List.of("--warm-up", "0", "--repetitions", "1", "--threads", "2", "--json"));
    Ended ended = quest(all.toArray(String[]::new));
    assertThat(ended.code()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.out());
  }

  private static void refused(int code, String sentence, String... args) {
    Ended ended = quest(args);
    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    assertThat(ended.err()).contains(sentence);
    assertThat(ended.out()).isEmpty();
  }

  private static void isSpread(JsonNode spread) {
    assertThat(spread.propertyNames()).containsExactly("min", "median", "max");
    assertThat(spread.at("/min").asDouble()).isPositive();
    assertThat(spread.at("/median").asDouble()).isLessThanOrEqualTo(spread.at("/max").asDouble());
  }

  private static final String[] SHAPE = {"--shape", "smollm2-135m", "--layers", "2"};

  private static String[] shape(String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of(SHAPE));
    return all.toArray(String[]::new);
  }

  @Test
  void decodeReportsWhatTheDesignNames() {
    JsonNode report =
        json(
            shape(
                "decode",
                "--depth",
                "100",
                "--tokens",
                "2",
                "--token-budget",
                "64",
                "--dense-layers",
                "0",
                "--cold"));

    assertThat(report.at("/model").asString()).isEqualTo("smollm2-135m-q4_0");
    assertThat(report.at("/threads").asInt()).isEqualTo(2);
    assertThat(report.at("/depth").asInt()).isEqualTo(100);
    assertThat(report.at("/attention").asString()).isEqualTo("quest");
    assertThat(report.at("/token_budget").asInt()).isEqualTo(64);
    isSpread(report.at("/tok_s"));
    assertThat(report.at("/cold_tok_s").asDouble()).isPositive();
    // q4_0: 18 bytes for 32 weights.
    long matrices = 2L * (2 * 576 * 64 * 12 + 3 * 576 * 1_536) + 49_152L * 576;
    assertThat(report.at("/bytes_per_token/weights").asLong()).isEqualTo(matrices / 32 * 18);
    assertThat(report.at("/bytes_per_token/pages").asLong()).isPositive();
    assertThat(report.at("/bytes_per_token/digests").asLong()).isPositive();
  }

  @Test
  void severalPoliciesAreRunsWithARatio() {
    JsonNode report =
        json(
            shape(
                "decode",
                "--depth",
                "100",
                "--tokens",
                "2",
                "--token-budget",
                "64",
                "--dense-layers",
                "0",
                "--attention",
                "dense,quest"));

    assertThat(report.at("/runs").size()).isEqualTo(2);
    assertThat(report.at("/runs/0/attention").asString()).isEqualTo("dense");
    assertThat(report.at("/runs/0/bytes_per_token/digests").asLong(-1)).isZero();
    assertThat(report.at("/runs/1/attention").asString()).isEqualTo("quest");
    assertThat(report.at("/runs/1/ratio/to").asString()).isEqualTo("dense");
    assertThat(report.at("/runs/1/ratio/median").asDouble()).isPositive();
  }

  @Test
  void prefillReportsWhatTheDesignNames() {
    JsonNode report = json(shape("prefill", "--depth", "20", "--tokens", "8"));

    assertThat(report.at("/model").asString()).isEqualTo("smollm2-135m-q4_0");
    assertThat(report.at("/tokens").asInt()).isEqualTo(8);
    assertThat(report.at("/depth").asInt()).isEqualTo(20);
    isSpread(report.at("/tok_s"));
    assertThat(report.has("cold_tok_s")).isFalse();
  }

  @Test
  void attentionReportsWhatTheDesignNames() {
    JsonNode report =
        json(
            "attention",
            "--context",
            "256",
            "--heads",
            "4",
            "--kv-heads",
            "2",
            "--head-dim",
            "32",
            "--token-budget",
            "64",
            "--working-set",
            "1");

    assertThat(report.at("/context").asInt()).isEqualTo(256);
    assertThat(report.at("/heads").asInt()).isEqualTo(4);
    assertThat(report.at("/kv_heads").asInt()).isEqualTo(2);
    assertThat(report.at("/head_dim").asInt()).isEqualTo(32);
    assertThat(report.at("/token_budget").asInt()).isEqualTo(64);
    for (String time : List.of("dense_us", "quest_us", "score_us", "attend_us", "read_gb_s")) {
      assertThat(report.path(time).asDouble()).as(time).isPositive();
    }
    assertThat(report.path("select_us").asDouble(-1)).isNotNegative();
    assertThat(report.path("merge_us").asDouble(-1)).isNotNegative();
    isSpread(report.at("/ranges/speedup"));
    assertThat(report.at("/copies").asInt()).isEqualTo(16);
  }

  @Test
  void mistakesAreOneSentence(@TempDir Path folder) {
    refused(2, "Usage: quest bench", "bench");
    refused(2, "unexpected argument: decod", "bench", "decod");
    refused(2, "'--llama-bench=PATH'", "bench", "compare");
    refused(2, "'x' is not an int", "bench", "compare", "--llama-bench", "l", "--threads", "1,x");
    refused(2, "--plot draws a --sweep", "bench", "attention", "--plot", "a.png");
    refused(2, "belong to --shape", "bench", "decode", "--layers", "2");
    refused(2, "leave --model out", "bench", "decode", "--shape", "llama2-7b", "-m", "smollm2");
    refused(1, "unknown shape: llama9", "bench", "prefill", "--shape", "llama9");
    refused(1, "unknown type of weights: q9", shape("bench", "decode", "--weights", "q9"));
    refused(
        1, "unknown attention policy: all", shape("bench", "decode", "--attention", "dense,all"));
    refused(1, "repetitions is not in 1..", shape("bench", "decode", "--repetitions", "0"));
    refused(1, "depth is negative: -1", shape("bench", "decode", "--depth", "-1"));
    refused(1, "32 query heads do not divide among 5", "bench", "attention", "--kv-heads", "5");
    Path missing = folder.resolve("llama-bench");
    Path model = folder.resolve("model.gguf");
    refused(
        1,
        model.toString(),
        "bench",
        "compare",
        "--llama-bench",
        missing.toString(),
        "-m",
        model.toString());
  }

  @Test
  void aComparisonInWhichNothingWasSparseIsAnError() {
    Ended ended =
        quest(
            shape(
                "bench",
                "decode",
                "--attention",
                "dense,quest",
                "--depth",
                "10",
                "--tokens",
                "2",
                "--warm-up",
                "0",
                "--repetitions",
                "1"));
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("there is nothing to compare, since quest chose no pages");
    assertThat(ended.out()).isEmpty();
  }
}
