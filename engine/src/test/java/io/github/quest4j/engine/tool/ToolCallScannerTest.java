package io.github.quest4j.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.tool.ToolCallScanner.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls are found whatever the pieces are in which an answer comes, and nothing else is lost. */
class ToolCallScannerTest {

  private static final String CALL =
      "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Ulm\"}}\n</tool_call>";
  private static final Part ULM = new Part.Call("weather", "{\"city\":\"Ulm\"}");

  /** The parts of an answer that comes in pieces of a length, texts in a row as one. */
  private static List<Part> parts(String answer, int length) {
    ToolCallScanner scanner = new ToolCallScanner(Set.of("weather", "time"));
    List<Part> found = new ArrayList<>();
    for (int at = 0; at < answer.length(); at += length) {
      found.addAll(scanner.accept(answer.substring(at, Math.min(answer.length(), at + length))));
    }
    found.addAll(scanner.finish());
    List<Part> joined = new ArrayList<>();
    for (Part part : found) {
      if (part instanceof Part.Text(String text)
          && !joined.isEmpty()
          && joined.getLast() instanceof Part.Text(String before)) {
        joined.set(joined.size() - 1, new Part.Text(before + text));
      } else {
        joined.add(part);
      }
    }
    return joined;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1_000})
  void findsCallsInTags(int length) {
    assertThat(parts(CALL, length)).containsExactly(ULM);
    assertThat(parts("\n" + CALL + "\n" + CALL + "\n", length)).containsExactly(ULM, ULM);
    assertThat(parts("Let me see.\n" + CALL, length))
        .containsExactly(new Part.Text("Let me see.\n"), ULM);
    assertThat(parts(CALL + "Wait.", length)).containsExactly(ULM, new Part.Text("Wait."));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 1_000})
  void findsACallThatIsTheWholeAnswer(int length) {
    assertThat(parts(" {\"name\":\"time\"}\n", length))
        .containsExactly(new Part.Call("time", "{}"));
    assertThat(
            parts("{\"name\":\"weather\",\"parameters\":\"{\\\"city\\\": \\\"Ulm\\\"}\"}", length))
        .containsExactly(ULM);
    assertThat(parts("{\"name\":\"time\"} or so", length))
        .containsExactly(new Part.Text("{\"name\":\"time\"} or so"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a < b, <tool, <tool_call",
        "{\"city\": \"Ulm\"}",
        "<tool_call>{\"name\": \"rm\", \"arguments\": {}}</tool_call>",
        "<tool_call>{\"name\": \"weather\", \"arguments\": [1]}</tool_call>",
        "<tool_call>{\"name\": \"weather\", \"argum",
        "<tool_call>no JSON</tool_call> and more",
        " leading and trailing \n"
      })
  void allElseIsText(String answer) {
    for (int length : new int[] {1, 4, 1_000}) {
      assertThat(parts(answer, length)).containsExactly(new Part.Text(answer));
    }
  }

  @Test
  void textIsToldAsSoonAsItIsCertain() {
    ToolCallScanner scanner = new ToolCallScanner(Set.of("weather"));
    assertThat(scanner.accept("Hello <")).containsExactly(new Part.Text("Hello "));
    assertThat(scanner.accept("b>")).containsExactly(new Part.Text("<b>"));
    assertThat(scanner.accept(CALL)).containsExactly(ULM);
  }
}
