package io.github.quest4j.cli;

import static io.github.quest4j.cli.Ended.quest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.attention.kernel.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code run} and {@code perplexity} do with their options and say about it. */
@Isolated("it takes the place of standard output and error")
class RunOptionsTest {

  private static final String TEXT = "The quick brown fox jumps over the lazy dog. ".repeat(9);
  private static final int LAYERS = 30 - 2; // of SmolLM2, but for the dense ones
  private static final int KV_HEADS = 3;
  private static final int HEADS = 9;

  @ParameterizedTest
  @CsvSource({
    "sketch, group",
    "sketch, head",
    "minmax, group",
    "minmax, head",
    "meanstd, group",
    "meanstd, head"
  })
  void everyScorerRunsInBothModes(String scorer, String gqa, @TempDir Path folder)
      throws IOException {
    String attention = " --token-budget 48 --scorer " + scorer + " --gqa " + gqa + " --json";
    String[] run = ("run --raw -n 3" + attention + " -p").split(" ", -1);
    String[] command = Arrays.copyOf(run, run.length + 1);
    command[run.length] = TEXT;
    Ended ended = quest(command);
    assertThat(ended.code()).isZero();
    JsonNode report = JsonMapper.shared().readTree(ended.out());
    assertThat(report.at("/attention/scorer").asString()).isEqualTo(scorer);
    assertThat(report.at("/attention/gqa").asString()).isEqualTo(gqa);
    int lists = gqa.equals("head") ? HEADS : KV_HEADS;
    assertThat(report.at("/kv/selections").asInt()).isEqualTo(2 * LAYERS * lists);
    assertThat(report.at("/kv/pages_selected_mean").asDouble()).isEqualTo(3);
    assertThat(report.at("/kv/missed_mass").isMissingNode()).isEqualTo(!scorer.equals("sketch"));
    assertThat(ended.err()).contains("kernels: " + Kernels.best().describe());

    Path text = Files.writeString(folder.resolve("t.txt"), TEXT);
    Ended sparse =
        quest(("perplexity --sparse --skip 60 --tokens 5 -f " + text + attention).split(" ", -1));
    assertThat(sparse.code()).isZero();
    JsonNode result = JsonMapper.shared().readTree(sparse.out());
    assertThat(result.at("/perplexity").asDouble()).isBetween(1.0, 10.0);
    assertThat(result.at("/selections").asInt()).isEqualTo(4 * LAYERS * lists);
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "h2o", "tova", "snapkv"})
  void policiesToCompareWithRun(String policy) throws IOException {
    String[] run =
        ("run --raw -n 3 --json --token-budget 40 --attention " + policy + " -p").split(" ", -1);
    String[] command = Arrays.copyOf(run, run.length + 1);
    command[run.length] = TEXT;
    Ended ended = quest(command);
    assertThat(ended.code()).isZero();
    JsonNode report = JsonMapper.shared().readTree(ended.out());
    assertThat(report.at("/attention/policy").asString()).isEqualTo(policy);
    assertThat(report.at("/kv/selections").asInt()).isEqualTo(2 * LAYERS * KV_HEADS);
    double decoded = policy.equals("snapkv") ? 1.5 : 0;
    assertThat(report.at("/kv/tokens_selected_mean").asDouble()).isEqualTo(40 + decoded);
    assertThat(report.at("/kv/missed_mass").isMissingNode()).isTrue();
  }

  @Test
  void aRunThatSelectedNothingSaysSo(@TempDir Path folder) throws IOException {
    Ended plain = quest("run", "--raw", "-p", "One two", "-n", "2");
    assertThat(plain.code()).isZero();
    assertThat(plain.err()).contains("nothing was sparse: all 1 pages read");

    Ended json = quest("run", "--raw", "-p", "One two", "-n", "2", "--json");
    assertThat(json.err()).contains("nothing was sparse");
    assertThat(JsonMapper.shared().readTree(json.out()).at("/kv/selections").asInt(-1)).isZero();

    Ended dense = quest("run", "--raw", "-p", "One two", "-n", "2", "--attention", "dense");
    assertThat(dense.err()).contains("dense: all 1 pages read").doesNotContain("nothing");

    Path text = Files.writeString(folder.resolve("t.txt"), TEXT);
    String[] perplexity = ("perplexity --sparse --skip 9 --tokens 3 -f " + text).split(" ", -1);
    assertThat(quest(perplexity).err()).contains("nothing was sparse: every step read all pages");
  }

  @Test
  void traceTellsWhatWasMissedLayerByLayer() {
    String[] run = {"run", "--raw", "-n", "9", "--token-budget", "48", "-p", TEXT};
    Ended json = quest(and(run, "--json", "--trace"));
    assertThat(json.code()).as(json.err()).isZero();
    JsonNode missed = JsonMapper.shared().readTree(json.out()).at("/kv/missed_mass");
    assertThat(missed.propertyNames()).containsExactly("mean", "p95", "layers");
    assertThat(missed.at("/layers").size()).isEqualTo(LAYERS);
    double sum = 0;
    for (int i = 0; i < LAYERS; i++) {
      JsonNode layer = missed.at("/layers/" + i);
      assertThat(layer.propertyNames()).containsExactly("layer", "mean");
      assertThat(layer.at("/layer").asInt(-1)).isEqualTo(2 + i);
      assertThat(layer.at("/mean").asDouble(-1)).isBetween(0.0, 1.0);
      sum += layer.at("/mean").asDouble();
    }
    // Eight steps estimate each layer twice, so that layers weigh alike.
    assertThat(missed.at("/mean").asDouble()).isCloseTo(sum / LAYERS, within(1e-9));

    JsonNode plain = JsonMapper.shared().readTree(quest(and(run, "--json")).out());
    assertThat(plain.at("/kv/missed_mass").propertyNames()).containsExactly("mean", "p95");

    Ended table = quest(and(run, "--trace", "--quiet"));
    assertThat(table.err())
        .startsWith("missed attention by layer\n    2  ")
        .hasLineCount(LAYERS + 1);
    assertThat(table.out()).doesNotContain("missed");
    assertThat(quest(and(run, "--trace", "-q", "--scorer", "minmax")).err())
        .isEqualTo("missed attention by layer: nothing was estimated\n");
  }

  private static String[] and(String[] command, String... more) {
    return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void quietPrintsTheAnswerOnly() {
    Ended ended = quest("run", "-q", "--raw", "-p", "One two three", "-n", "2");
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).isNotBlank();
    assertThat(ended.err()).isEmpty();
  }
}
