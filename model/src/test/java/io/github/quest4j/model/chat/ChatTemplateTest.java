package io.github.quest4j.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 2, 3, 4, 5, 6);

  private static String render(String template, Map<String, ? extends @Nullable Object> variables) {
    return ChatTemplate.parse(template).render(variables, NOW);
  }

  @Test
  void rendersATypedConversation() {
    var template =
        ChatTemplate.parse(
            """
            {{- bos_token }}
            {%- for m in messages %}
            <{{ m.role }}>{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function | tojson }}{% endfor %}
            {%- if m.tool_call_id %} ({{ m.tool_call_id }}, {{ m.name }}){% endif %}
            {%- endfor %}
            {{ tools | tojson }}{{ '<assistant>' if add_generation_prompt }}{{ eos_token }}\
            """);
    String text =
        template.renderChat(
            List.of(
                Message.system("Be kind."),
                Message.user("2+2?"),
                Message.assistant(
                    "", List.of(new ToolCall("c1", "add", Map.of("numbers", List.of(2, 2))))),
                Message.tool("c1", "add", "4"),
                Message.assistant("4")),
            "<s>",
            "</s>",
            true,
            List.of(Map.of("name", "add")),
            NOW);
    assertThat(text)
        .isEqualTo(
            """
            <s><system>Be kind.<user>2+2?<assistant>{"name": "add", "arguments": {"numbers": [2, 2]}}\
            <tool>4 (c1, add)<assistant>4[{"name": "add"}]<assistant></s>\
            """);
  }

  @Test
  void offersNoToolsWhereThereAreNone() {
    var template = ChatTemplate.parse("{{ tools is none }} {{ documents is none }}");
    assertThat(template.renderChat(List.of(), "", "", false, List.of())).isEqualTo("True True");
  }

  @Test
  void takesPlainJavaValues() {
    Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    variables.put("i", 1);
    variables.put("l", 3_000_000_000L);
    variables.put("f", 0.1f);
    variables.put("d", new BigDecimal("2.50"));
    variables.put("n", null);
    variables.put("list", List.of((short) 1, true));
    assertThat(render("{{ [i, l, f, d, n, list] }}", variables))
        .isEqualTo("[1, 3000000000, 0.1, 2.5, None, [1, True]]");
    assertThatThrownBy(() -> render("", Map.of("x", NOW)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.time.LocalDateTime");
  }

  @Test
  void leavesTheCallersValuesAlone() {
    List<Object> list = new ArrayList<>(List.of(1));
    Map<String, Object> map = new LinkedHashMap<>(Map.of("a", 1));
    String text =
        render(
            "{{ list.append(2) }}{{ map.update(b=2) }}{{ list }}{{ map }}",
            Map.of("list", list, "map", map));
    assertThat(text).isEqualTo("NoneNone[1, 2]{'a': 1, 'b': 2}");
    assertThat(list).containsExactly(1);
    assertThat(map).containsOnlyKeys("a");
  }

  @Test
  void refusalsCarryTheTemplatesOwnWords() {
    var refusal =
        catchThrowableOfType(
            TemplateRefusal.class,
            () -> render("a\n{{ raise_exception('No system role, please.') }}", Map.of()));
    assertThat(refusal).hasMessage("No system role, please.");
    assertThat(refusal.line()).isEqualTo(2);
  }

  @Test
  void errorsNameTheLine() {
    assertThatThrownBy(() -> ChatTemplate.parse("a\n{% if x %}\n{{ 1 + }}"))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessage("unexpected 'end of print statement' (chat template, line 3)");
    var error =
        catchThrowableOfType(
            ChatTemplateException.class,
            () ->
                render(
                    "{% macro m(v) %}\n{{ v }}{% endmacro %}\n{{ m(1) }}{{ m(2) ~ x.y.z }}",
                    Map.of("x", Map.of())));
    assertThat(error.reason()).isEqualTo("'dict object' has no attribute 'y'");
    assertThat(error.line()).isEqualTo(3);
    assertThat(error).isNotInstanceOf(TemplateRefusal.class);
  }

  @Test
  void templatesStandAlone() {
    for (String tag :
        List.of("include 'a'", "import 'a' as b", "from 'a' import b", "extends 'a'")) {
      assertThatThrownBy(() -> ChatTemplate.parse("{% " + tag + " %}"))
          .isInstanceOf(ChatTemplateException.class)
          .hasMessageContaining("a chat template stands alone");
    }
  }

  @Test
  void tellsTheGivenTime() {
    assertThat(render("{{ strftime_now('%d %b %Y %-H:%M:%S %p') }}", Map.of()))
        .isEqualTo("03 Feb 2026 4:05:06 AM");
  }

  @Test
  void oneTemplateServesManyThreads() {
    var template = ChatTemplate.parse("{% for i in range(n) %}{{ i }},{% endfor %}");
    List<String> texts =
        java.util.stream.IntStream.range(0, 64)
            .parallel()
            .mapToObj(n -> template.render(Map.of("n", n % 8), NOW))
            .toList();
    for (int n = 0; n < 64; n++) {
      assertThat(texts.get(n)).isEqualTo(template.render(Map.of("n", n % 8), NOW));
    }
  }
}
