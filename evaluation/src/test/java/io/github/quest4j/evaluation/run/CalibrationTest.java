package io.github.quest4j.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  @Test
  void countsAndCorrelatesByHand() {
    Calibration calibration = new Calibration();
    calibration.add(2, 0.1, 0.2, 0.5, 0.99);
    calibration.add(2, 0.01, 0.02, 0.005, 0.99); // the bound of two errors lies below
    calibration.add(3, 0.001, 0.002, 0.01, 0.0005); // and here the one that must not
    Map<String, Object> result = calibration.result();
    assertThat(result)
        .containsEntry("cases", 3)
        .containsEntry("bound_below", 1)
        .containsEntry("minmax_below", 1);
    assertThat(ResultMaps.number(result, "log_correlation")).isCloseTo(1, within(1e-9));
    assertThat(ResultMaps.number(result, "true_mean")).isCloseTo(0.111 / 3, within(1e-12));
    assertThat(ResultMaps.number(result, "estimated_mean")).isCloseTo(0.222 / 3, within(1e-12));
    assertThat(ResultMaps.number(result, "bound_ratio")).isCloseTo(5, within(1e-9));
    List<?> layers = ResultMaps.list(result, "layers");
    assertThat(layers).hasSize(2);
    assertThat(((Map<?, ?>) layers.get(0)).get("cases")).isEqualTo(2);
    assertThat(ResultMaps.list(result, "bins")).hasSize(3);
  }

  @Test
  void takesSharesBelowAMillionthForOne() {
    Calibration calibration = new Calibration();
    calibration.add(2, 0, 0, 0, 0);
    calibration.add(2, 1e-9, 1e-8, 1e-12, 1e-9);
    Map<String, Object> result = calibration.result();
    assertThat(result)
        .containsEntry("cases", 2)
        .containsEntry("bound_below", 0)
        .containsEntry("minmax_below", 0);
    assertThat(ResultMaps.number(result, "true_mean")).isEqualTo(1e-6);
  }

  @Test
  void saysNothingOfNothing() {
    assertThat(new Calibration().result()).containsOnlyKeys("cases").containsEntry("cases", 0);
  }
}
