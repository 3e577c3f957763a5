package io.github.quest4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws one layer's decode attention over the context: dense, Quest, and how many times as fast.
 */
public final class SweepPlot {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 600;

  private SweepPlot() {}

  /**
   * Writes a PNG image.
   *
   * @param file to be written or replaced
   * @throws BenchmarkException if it cannot be written or this JVM cannot draw
   */
  public static void write(Path file, List<LayerResult> results) {
    System.setProperty("java.awt.headless", "true");
    List<LayerResult> sorted =
        results.stream().sorted(Comparator.comparingInt(r -> r.setup().context())).toList();
    try {
      Files.write(file, ChartEncoder.getBytes(chart(sorted), "png"));
    } catch (IOException e) {
      throw new BenchmarkException("the plot cannot be written to " + file + ": " + e, e);
    } catch (LinkageError | InternalError e) { // what is missing shows in the one or the other
      throw new BenchmarkException(
          "this JVM cannot draw (are libfreetype and a font installed?): " + e.getMessage(), e);
    }
  }

  private static XYChart chart(List<LayerResult> results) {
    LayerSetup setup = results.getFirst().setup();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(
                String.format(
                    Locale.ROOT,
                    "Decode attention of one layer: %d heads, %d KV heads, head dim %d, budget %d, %d threads",
                    setup.heads(),
                    setup.shape().kvHeads(),
                    setup.shape().headDim(),
                    setup.quest().tokenBudget(),
                    setup.threads()))
            .xAxisTitle("context, tokens")
            .yAxisTitle("microseconds; times as fast")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    double[] contexts = results.stream().mapToDouble(r -> r.setup().context()).toArray();
    chart.addSeries(
        "dense, µs", contexts, results.stream().mapToDouble(r -> r.dense().median()).toArray());
    chart.addSeries(
        "quest, µs", contexts, results.stream().mapToDouble(r -> r.quest().median()).toArray());
    chart.addSeries(
        "dense / quest",
        contexts,
        results.stream().mapToDouble(r -> r.speedup().median()).toArray());
    return chart;
  }
}
