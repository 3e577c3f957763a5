package io.github.quest4j.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.server.openai.ToolCallScanner.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Calls are found wherever an answer is cut into pieces. */
class ToolCallScannerTest {

  private static final String CALL = "{\"name\": \"f\", \"arguments\": {\"x\": 1}}";
  private static final Part.Call F = new Part.Call("f", "{\"x\":1}");

  /** The parts of a text that comes in pieces of one length, texts in a row joined. */
  private static List<Part> parts(String text, int length) {
    ToolCallScanner scanner = new ToolCallScanner(Set.of("f"));
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < text.length(); from += length) {
      parts.addAll(scanner.accept(text.substring(from, Math.min(text.length(), from + length))));
    }
    parts.addAll(scanner.finish());
    List<Part> joined = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Part.Text text1
          && !joined.isEmpty()
          && joined.getLast() instanceof Part.Text before) {
        joined.set(joined.size() - 1, new Part.Text(before.text() + text1.text()));
      } else {
        joined.add(part);
      }
    }
    return joined;
  }

  private static void assertParts(String text, Part... expected) {
    for (int length = 1; length <= text.length(); length++) {
      assertThat(parts(text, length)).as("pieces of %s", length).containsExactly(expected);
    }
  }

  @Test
  void textIsText() {
    assertParts("Hello, world <tool>.", new Part.Text("Hello, world <tool>."));
    assertParts("  a", new Part.Text("  a"));
    assertParts("{\"name\": \"g\"}", new Part.Text("{\"name\": \"g\"}"));
    assertParts("{ no JSON", new Part.Text("{ no JSON"));
  }

  @Test
  void callsInTags() {
    assertParts("<tool_call>\n" + CALL + "\n</tool_call>", F);
    assertParts(
        "\n<tool_call>" + CALL + "</tool_call>\n<tool_call>" + CALL + "</tool_call>\n", F, F);
    assertParts("I see. <tool_call>" + CALL + "</tool_call>", new Part.Text("I see. "), F);
    assertParts("<tool_call>" + CALL, F);
  }

  @Test
  void aCallWithoutTags() {
    assertParts(" " + CALL, F);
    assertParts("{\"name\": \"f\", \"parameters\": {}}", new Part.Call("f", "{}"));
    assertParts("{\"name\": \"f\"}", new Part.Call("f", "{}"));
  }

  @Test
  void whatIsNoCallOfATool() {
    String other = "<tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call>";
    assertParts(other, new Part.Text(other));
    assertParts("<tool_call>broken", new Part.Text("<tool_call>broken"));
  }

  @Test
  void textIsToldAtOnce() {
    ToolCallScanner scanner = new ToolCallScanner(Set.of("f"));
    assertThat(scanner.accept("Hello <to")).containsExactly(new Part.Text("Hello "));
    assertThat(scanner.accept("day")).containsExactly(new Part.Text("<today"));
  }
}
