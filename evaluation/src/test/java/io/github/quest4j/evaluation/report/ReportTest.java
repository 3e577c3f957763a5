package io.github.quest4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  static final About ABOUT =
      new About(
          "quest eval passkey --budgets 64,128,256,512,1024",
          "An Invented CPU",
          2,
          "0123abc",
          Instant.parse("2026-11-26T10:15:00Z"),
          3725,
          500,
          List.of("left out: length 16,384, longer than the model's context"));

  @TempDir Path folder;

  @Test
  void writesThreeFiles() throws Exception {
    Path to = System.getenv("REPORT_TO") == null ? folder : Path.of(System.getenv("REPORT_TO"));
    Report.write(to, SampleRows.all(), ABOUT);
    assertThat(Files.readString(to.resolve("report.html"))).contains("0123abc");
  }
}
