package io.github.quest4j.cli;

import static io.github.quest4j.cli.Ended.quest;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.ModelDefaults;
import io.github.quest4j.engine.store.Catalogue;
import io.github.quest4j.engine.store.CatalogueModel;
import io.github.quest4j.engine.store.ModelStore;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is typed goes before the model's defaults, those before the general ones. */
@Isolated("it takes the place of standard output and error")
class DefaultsTest {

  private static final Map<String, String> OWN =
      new TreeMap<>(
          Map.of(
              "token-budget", "64",
              "page-size", "8",
              "scorer", "meanstd",
              "gqa", "head",
              "sink-pages", "2",
              "recent-pages", "3",
              "dense-layers", "4"));
  private static final String EVIDENCE = "Perplexity, commit abc: docs/results/accuracy.md.";

  @TempDir Path folder;

  /** The user's store, but that its model has other defaults. */
  private static ModelStore store(Map<String, String> defaults) {
    ModelStore real = ModelStore.open();
    CatalogueModel model = real.catalogue().find("smollm2").orElseThrow();
    CatalogueModel other =
        new CatalogueModel(
            model.name(),
            model.description(),
            model.licence(),
            model.licenceUrl(),
            model.file(),
            model.bytes(),
            model.sha256(),
            model.contextLength(),
            model.chat(),
            model.sources(),
            defaults,
            EVIDENCE);
    return ModelStore.open(real.home(), new Catalogue("smollm2", List.of(other)));
  }

  private static RunCommand run(Map<String, String> defaults) {
    RunCommand command = new RunCommand();
    command.model.name.store = () -> store(defaults);
    return command;
  }

  private static ModelsCommand.About about(Map<String, String> defaults) {
    ModelsCommand.About command = new ModelsCommand.About();
    command.opening = () -> store(defaults);
    return command;
  }

  private static Map<String, String> parsed(String... args) {
    RunCommand command = run(OWN);
    new CommandLine(command).parseArgs(args);
    return values(command.model.options(command.attention));
  }

  private static Map<String, String> values(EngineOptions options) {
    AttentionOptions attention = options.attention();
    return new TreeMap<>(
        Map.of(
            "token-budget", "" + attention.tokenBudget(),
            "page-size", "" + options.pageSize(),
            "scorer", attention.scorer(),
            "gqa", attention.gqa().label(),
            "sink-pages", "" + attention.sinkPages(),
            "recent-pages", "" + attention.recentPages(),
            "dense-layers", "" + attention.denseLayers()));
  }

  private static Ended ended(Object command, String line) {
    return Ended.run(() -> new CommandLine(command).execute(line.split(" ", -1)));
  }

  private static JsonNode json(Object command, String line) {
    Ended ended = ended(command, line + " --json");
    assertThat(ended.code()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.out());
  }

  @Test
  void whatIsNotTypedIsTheModels() {
    assertThat(OWN.keySet()).containsExactlyInAnyOrderElementsOf(ModelDefaults.names());
    assertThat(parsed()).isEqualTo(OWN);
  }

  @ParameterizedTest
  @CsvSource({
    "token-budget, 128",
    "page-size, 16",
    "scorer, sketch",
    "gqa, group",
    "sink-pages, 1",
    "recent-pages, 0",
    "dense-layers, 2"
  })
  void whatIsTypedWins(String option, String value) {
    Map<String, String> expected = new TreeMap<>(OWN);
    assertThat(expected.put(option, value)).isNotEqualTo(value);

    assertThat(parsed("--" + option, value)).isEqualTo(expected);
  }

  @Test
  void filesOfACatalogueModelAreTakenForIt() throws Exception {
    Path stored = ModelStore.open().resolve("smollm2");
    assertThat(parsed("-m", stored.toString())).isEqualTo(OWN);

    Map<String, String> general = values(EngineOptions.defaults());
    Path renamed = folder.resolve("mine.gguf");
    try (RandomAccessFile file = new RandomAccessFile(renamed.toFile(), "rw")) {
      file.setLength(Files.size(stored)); // with no block on the disk
    }
    assertThat(parsed("-m", renamed.toString())).isEqualTo(general);
    Path small = Files.writeString(folder.resolve(stored.getFileName().toString()), "GGUF");
    assertThat(parsed("-m", small.toString())).isEqualTo(general);
  }

  @Test
  void everyCommandThatOpensAModelHeedsThem() throws Exception {
    JsonNode ran = json(run(OWN), "--raw -p One -n 2").at("/attention");
    assertThat(ran.at("/token_budget").asInt()).isEqualTo(64);
    assertThat(ran.at("/page_size").asInt()).isEqualTo(8);
    assertThat(ran.at("/scorer").asString()).isEqualTo("meanstd");
    assertThat(ran.at("/gqa").asString()).isEqualTo("head");
    assertThat(ran.at("/sink_pages").asInt()).isEqualTo(2);
    assertThat(ran.at("/recent_pages").asInt()).isEqualTo(3);
    assertThat(ran.at("/dense_layers").asInt()).isEqualTo(4);

    PerplexityCommand perplexity = new PerplexityCommand();
    perplexity.model.name.store = () -> store(OWN);
    Path text = Files.writeString(folder.resolve("t.txt"), "One two three four five. ".repeat(9));
    JsonNode read = json(perplexity, "--sparse --skip 40 --tokens 2 --gqa group -f " + text);
    assertThat(read.at("/attention/token_budget").asInt()).isEqualTo(64);
    assertThat(read.at("/attention/gqa").asString()).isEqualTo("group");

    String once = " --warm-up 0 --repetitions 1 --tokens 1";
    BenchDecodeCommand decode = new BenchDecodeCommand();
    decode.model.model.name.store = () -> store(OWN);
    JsonNode decoded = json(decode, "--depth 100 --attention dense,quest" + once);
    assertThat(decoded.at("/runs/1/token_budget").asInt()).isEqualTo(64);
    assertThat(decoded.at("/runs/1/page_size").asInt()).isEqualTo(8);

    BenchPrefillCommand prefill = new BenchPrefillCommand();
    prefill.model.model.name.store = () -> store(OWN);
    assertThat(json(prefill, "--page-size 32" + once).at("/scorer").asString())
        .isEqualTo("meanstd");
    BenchPrefillCommand shape = new BenchPrefillCommand();
    shape.model.model.name.store = () -> store(OWN);
    assertThat(json(shape, "--shape smollm2-135m --layers 1" + once).at("/scorer").asString())
        .as("random weights have no defaults of their own")
        .isEqualTo("sketch");
  }

  @Test
  void autoIsTheMeasuredBudgetOrTheGeneralOneWithANote() {
    String line = "--raw -p One -n 1 --token-budget auto --json";
    Ended measured = ended(run(OWN), line);
    assertThat(JsonMapper.shared().readTree(measured.out()).at("/attention/token_budget").asInt())
        .isEqualTo(64);
    assertThat(measured.err()).doesNotContain("measured");

    Map<String, String> others = Map.of("page-size", "32");
    Ended unmeasured = ended(run(others), line);
    assertThat(JsonMapper.shared().readTree(unmeasured.out()).at("/attention/token_budget").asInt())
        .isEqualTo(1024);
    assertThat(unmeasured.err())
        .containsOnlyOnce("no token budget was measured for smollm2: 1024 is used\n");

    assertThat(ended(run(others), line.replace("--token-budget auto", "")).err())
        .doesNotContain("measured");
  }

  @Test
  void helpTellsWhereDefaultsComeFrom() {
    String help = quest("run", "--help").out().replaceAll("\\s+", " ");
    Map<String, String> general = values(EngineOptions.defaults());
    assertThat(general.keySet()).allSatisfy(option -> assertThat(help).contains("--" + option));
    for (String option : general.keySet()) {
      String from = help.substring(help.lastIndexOf("--" + option + "="));
      assertThat(from.substring(0, from.indexOf(')', from.indexOf("(default")) + 1))
          .endsWith(SelectionMixin.ELSE + general.get(option) + ")");
    }
  }

  @Test
  void infoTellsDefaultsAndEvidence() {
    Map<String, String> own = new TreeMap<>(Map.of("page-size", "32", "scorer", "minmax"));
    JsonNode info = json(about(own), "smollm2");
    assertThat(info.at("/defaults/page-size").asString()).isEqualTo("32");
    assertThat(info.at("/defaults").size()).isEqualTo(2);
    assertThat(info.at("/evidence").asString()).isEqualTo(EVIDENCE);
    assertThat(info.has("catalogue_name")).isFalse();

    Path stored = ModelStore.open().resolve("smollm2");
    JsonNode byPath = json(about(own), stored.toString());
    assertThat(byPath.at("/catalogue_name").asString()).isEqualTo("smollm2");
    assertThat(byPath.at("/defaults/scorer").asString()).isEqualTo("minmax");

    assertThat(ended(about(own), "smollm2").out())
        .contains("defaults        --page-size 32 --scorer minmax\n")
        .contains("evidence        " + EVIDENCE + "\n");
    assertThat(quest("models", "info", "smollm2").out())
        .contains("defaults        --token-budget 1024\n");
  }
}
