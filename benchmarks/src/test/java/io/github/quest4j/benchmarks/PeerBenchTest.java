package io.github.quest4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.attention.AttentionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-in for llama-bench is a shell script")
class PeerBenchTest {

  private static final Schedule SHORT = new Schedule(2, 0);
  private static final AttentionOptions QUEST =
      AttentionOptions.defaults().withTokenBudget(64).withDenseLayers(1);

  @TempDir Path folder = Path.of("");

  private PeerBench.Setup setup(Path program, Path model, int prompt, int generate) {
    return new PeerBench.Setup(
        program,
        model,
        TinyModel.options(QUEST),
        List.of(1, 2),
        List.of(0, 200),
        prompt,
        generate,
        1);
  }

  @Test
  void theTwoTakeTurnsOnTheSameFileThreadsAndDepths() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.gguf"));
    FakeLlamaBench fake = FakeLlamaBench.of(folder);
    List<PeerBench.Row> rows = new ArrayList<>();

    new PeerBench(setup(fake.program(), model, 24, 4))
        .run(SHORT, (phase, done, total) -> {}, rows::add);

    assertThat(fake.called())
        .hasSize(2 * 2 * 2)
        .startsWith("-m " + model + " -fa 1 -p 24 -n 4 -d 0 -t 1 -r 1 -o json")
        .endsWith("-m " + model + " -fa 1 -p 24 -n 4 -d 200 -t 2 -r 1 -o json");
    // At depth 0 nothing would be sparse, so there is no third row.
    assertThat(rows)
        .extracting(row -> row.threads() + " " + row.depth() + " " + row.work())
        .containsExactly(
            "1 0 PREFILL",
            "1 0 DENSE_DECODE",
            "1 200 PREFILL",
            "1 200 DENSE_DECODE",
            "1 200 QUEST_DECODE",
            "2 0 PREFILL",
            "2 0 DENSE_DECODE",
            "2 200 PREFILL",
            "2 200 DENSE_DECODE",
            "2 200 QUEST_DECODE");
    for (PeerBench.Row row : rows) {
      double peer = row.work() == PeerBench.Work.PREFILL ? 1_000 : 50;
      assertThat(row.peer()).containsExactly(peer, peer);
      assertThat(row.ours()).hasSize(2).doesNotContain(0);
      assertThat(row.ratio()).isEqualTo(Spread.of(row.ours()[0] / peer, row.ours()[1] / peer));
    }
  }

  @Test
  void onlyOneOfTheTwoWorksMayBeAskedFor() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.gguf"));
    FakeLlamaBench fake = FakeLlamaBench.of(folder);
    List<PeerBench.Row> rows = new ArrayList<>();

    new PeerBench(setup(fake.program(), model, 0, 4))
        .run(SHORT, (phase, done, total) -> {}, rows::add);
    assertThat(rows).extracting(PeerBench.Row::work).doesNotContain(PeerBench.Work.PREFILL);
    assertThatThrownBy(() -> setup(fake.program(), model, 0, 0))
        .hasMessageStartingWith("nothing to compare");
  }

  @Test
  void aPeerThatIsMissingOrFailsIsOneSentence() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.gguf"));
    Path missing = folder.resolve("nothing");
    assertThatThrownBy(() -> new PeerBench(setup(missing, model, 1, 1)))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageStartingWith("no llama-bench at " + missing);

    Path plain = Files.writeString(folder.resolve("plain"), "no program");
    assertThatThrownBy(() -> new PeerBench(setup(plain, model, 1, 1)))
        .hasMessageEndingWith("may not be run: make it executable (chmod +x)");

    assertThat(failure("echo loading >&2; echo 'error: no such model' >&2; exit 3"))
        .isEqualTo("llama-bench ended with exit code 3; it said last: error: no such model");
    assertThat(failure("echo '[]'"))
        .isEqualTo("llama-bench printed no speed for n_prompt 8: its JSON has none");
    assertThat(failure("echo '[{\"n_prompt\": 9, \"avg_ts\": 3}]'"))
        .startsWith("llama-bench printed no speed for n_prompt 8");
  }

  private String failure(String body) throws IOException {
    FakeLlamaBench fake = FakeLlamaBench.script(folder, body);
    LlamaBench peer = new LlamaBench(fake.program(), folder.resolve("tiny.gguf"));
    try {
      return "no failure but " + peer.run(8, 2, 0, 1);
    } catch (BenchmarkException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
