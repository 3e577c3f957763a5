package io.github.quest4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.quest4j.evaluation.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AblationTest {

  private final List<Row> rows = new ArrayList<>();

  private void loss(String selector, int budget, int page, String item, double loss, double bytes) {
    rows.add(
        new Row(
            "perplexity",
            "m",
            item,
            Map.of("length", 4_096),
            selector,
            budget,
            Map.of("page_size", page),
            Map.of(
                "loss",
                loss,
                "predictions",
                100,
                "steps",
                101,
                "bytes_per_token",
                bytes,
                "digest_bytes_per_token",
                7,
                "decode_s",
                10.1,
                "selections",
                5)));
  }

  private void needle(String selector, int budget, int page, String item, double score) {
    rows.add(
        new Row(
            "needle",
            "m",
            item,
            Map.of(),
            selector,
            budget,
            Map.of("page_size", page),
            Map.of("score", score)));
  }

  private Row only(String selector, int budget, int page) {
    return Ablation.rows(rows).stream()
        .filter(row ->
            row.selector().equals(selector)
                && row.tokenBudget() == budget
                && Integer.valueOf(page).equals(row.settings().get("page_size")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void comparesSumsOfTheSameItemsWithDense() {
    loss("dense", 0, 16, "a", 300, 1_000);
    loss("dense", 0, 16, "b", 320, 1_000);
    loss("quest/sketch", 256, 16, "a", 301, 100);
    loss("quest/sketch", 256, 16, "b", 321, 100);
    loss("quest/sketch", 256, 16, "c", 999, 100); // dense was not asked
    needle("dense", 0, 16, "n", 1);
    needle("quest/sketch", 256, 16, "n", 0);
    Row row = only("quest/sketch", 256, 16);
    assertThat(ResultMaps.number(row.result(), "perplexity_ratio"))
        .isCloseTo(Math.exp(0.01), within(1e-12));
    assertThat(row.result())
        .containsEntry("needle_right", 0)
        .containsEntry("needle_total", 1)
        .containsEntry("bytes_per_token", 100.0)
        .containsEntry("decode_tok_s", 10.0)
        .containsEntry("selections", 10L);
    assertThat(row.settings()).containsEntry("scorer", "sketch");
  }

  @Test
  void choosesTheFewestBytesWithinOnePercentAndOneNeedle() {
    loss("dense", 0, 16, "a", 300, 1_000);
    loss("quest/sketch", 128, 16, "a", 303, 50); // 3 % worse
    loss("quest/sketch", 256, 16, "a", 300.9, 100); // good, and no setting beats it
    loss("quest/sketch", 256, 32, "a", 300.5, 90); // better in both, but loses two needles
    loss("quest/minmax", 512, 16, "a", 300.9, 120); // beaten
    loss("oracle", 64, 16, "a", 300, 20); // never a default
    for (int i = 0; i < 2; i++) {
      needle("dense", 0, 16, "n" + i, 1);
      needle("quest/sketch", 256, 16, "n" + i, i);
      needle("quest/sketch", 256, 32, "n" + i, 0);
    }
    assertThat(Ablation.rows(rows)).hasSize(5);
    assertThat(only("quest/sketch", 256, 16).result()).containsEntry("chosen", true);
    assertThat(
            Ablation.rows(rows).stream()
                .filter(row -> Boolean.TRUE.equals(row.result().get("chosen"))))
        .hasSize(1);
    assertThat(only("oracle", 64, 16).result()).containsEntry("pareto", false);
    assertThat(only("quest/sketch", 256, 32).result()).containsEntry("pareto", true);
    assertThat(only("quest/minmax", 512, 16).result()).containsEntry("pareto", false);
  }

  @Test
  void choosesTheLeastLossWhereAllCostMore() {
    loss("dense", 0, 16, "a", 300, 1_000);
    loss("quest/sketch", 128, 16, "a", 310, 50);
    loss("quest/sketch", 256, 16, "a", 305, 100);
    assertThat(only("quest/sketch", 256, 16).result()).containsEntry("chosen", true);
  }
}
