package io.github.quest4j.model.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Renderings against those of jinja2 3.1.6, set up as transformers does it. */
class GoldenTest {
  /** Single expressions and small templates: the first line holds the variables of all. */
  @ParameterizedTest
  @ValueSource(strings = {"expressions.jsonl", "statements.jsonl"})
  void rendersSnippetsAsJinja2(String resource) throws IOException {
    List<String> lines = lines(resource);
    Map<String, @Nullable Object> shared = Json.object(Json.read(lines.getFirst()));
    var softly = new SoftAssertions();
    for (String line : lines.subList(1, lines.size())) {
      Map<String, @Nullable Object> golden = Json.object(Json.read(line));
      String template = String.valueOf(golden.get("template"));
      softly
          .assertThat(outcome(template, shared.get("variables"), shared.get("now")))
          .as(template)
          .isEqualTo(expected(golden));
    }
    softly.assertAll();
    assertThat(lines).hasSizeGreaterThan(200);
  }

  @Test
  void rendersConversationsAsJinja2() throws IOException {
    assertThat(check(lines("conversations.jsonl"))).isEqualTo(48);
  }

  /** Real templates lie beside a checkout, not in it. */
  @Test
  void rendersRealTemplatesAsJinja2() throws IOException {
    Path file = shared("reference/chat-templates.jsonl");
    if (file == null) {
      String reason = "no shared/reference/chat-templates.jsonl above the working directory";
      System.out.println("GoldenTest.rendersRealTemplatesAsJinja2 skipped: " + reason);
      Assumptions.abort(reason);
      return;
    }
    int rendered = check(Files.readAllLines(file));
    System.out.println("GoldenTest: " + rendered + " renderings of real templates as jinja2's");
    assertThat(rendered).isPositive();
  }

  private static int check(List<String> lines) {
    var softly = new SoftAssertions();
    int rendered = 0;
    for (String line : lines) {
      Map<String, @Nullable Object> template = Json.object(Json.read(line));
      for (Object item : Json.array(template.get("cases"))) {
        Map<String, @Nullable Object> golden = Json.object(item);
        softly
            .assertThat(
                outcome(
                    String.valueOf(template.get("template")),
                    golden.get("variables"),
                    template.get("now")))
            .as("%s, %s", template.get("name"), golden.get("case"))
            .isEqualTo(expected(golden));
        rendered++;
      }
    }
    softly.assertAll();
    return rendered;
  }

  private static String expected(Map<String, @Nullable Object> golden) {
    return golden.containsKey("expected")
        ? String.valueOf(golden.get("expected"))
        : "error: " + golden.get("error");
  }

  private static String outcome(String template, @Nullable Object variables, @Nullable Object now) {
    try {
      return ChatTemplate.parse(template)
          .render(Json.object(variables), LocalDateTime.parse(String.valueOf(now)));
    } catch (TemplateRefusal refusal) {
      return "error: raise_exception: " + refusal.getMessage();
    } catch (ChatTemplateException e) {
      return "error: " + e.reason();
    }
  }

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in = GoldenTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new ArrayList<>(text.lines().toList());
    }
  }

  private static @Nullable Path shared(String name) {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path file = folder.resolve("shared").resolve(name);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    return null;
  }
}
