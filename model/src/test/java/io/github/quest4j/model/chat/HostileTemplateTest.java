package io.github.quest4j.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.model.chat.jinja.Limits;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Templates come with downloaded models: none may hang, exhaust the memory or overflow the stack.
 */
class HostileTemplateTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 1, 0, 0);
  private static final int SMALL_STACK = 512 << 10;

  /** What rendering throws on a thread with a small stack; null where it renders. */
  private static @Nullable Throwable failure(String template) {
    var failure = new AtomicReference<@Nullable Throwable>();
    Runnable work =
        () -> {
          try {
            ChatTemplate.parse(template).render(Map.of("x", 1), NOW);
          } catch (Throwable e) {
            failure.set(e);
          }
        };
    Thread thread = new Thread(null, work, "small stack", SMALL_STACK);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return failure.get();
  }

  private static void assertRefused(String template, String reason) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            assertThat(failure(template))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% set l = [1] %}{% for i in l %}{% set _ = l.append(i) %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l == [n.l] }}{{ n.l is eq [n.l, 1] }}{{ n.l|tojson|length }}",
        "{% for i in range(99999) %}{{ ('a' * 1000000)|replace('a', 'b') }}{% endfor %}",
        "{{ ('a' * 2000000 ~ 'b') in ('a' * 4000000) }}",
        "{{ ('a' * 4000000).find('a' * 2000000 ~ 'b') }}",
        "{{ ('a' * 4000000).split('a' * 2000000 ~ 'b') }}",
        "{{ ('a' * 4000000).replace('a' * 2000000 ~ 'b', '') }}",
        "{{ ('a' * 4000000).strip('b' * 2000000) }}",
        "{% set l = [] %}{% for i in range(99999) %}{% set _ = l.append(('é' * 4000000 ~ i).strip()) %}{% endfor %}",
        "{% set s = '😀' * 1000000 %}{% for i in range(99999) %}{{ s[i] }}{{ s[-1:] }}{% endfor %}",
      })
  void stopsWhatRunsTooLong(String template) {
    assertRefused(template, "more than");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{{ 'abc' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 'a'.center(1000000000) }}",
        "{{ 'a'.zfill(1000000000) }}",
        "{{ 'a'|indent(1000000000, true) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%.999999999f' % 1 }}",
        "{{ '{:>999999999}'.format(1) }}",
        "{{ '{:.999999999f}'.format(1.5) }}",
        "{{ [1]|tojson(indent=1000000000) }}",
        "{{ [1]|batch(1000000000, 2)|list }}",
        "{{ [1]|slice(1000000000)|list }}",
        "{{ ('a' * 10000000).replace('', 'bbbbbbbb') }}",
        "{{ ('b' * 10000000).join('a' * 100) }}",
        "{{ '\\t'.expandtabs(1000000000) }}",
        "{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = n.l + n.l %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}",
        "{% for i in range(100000) %}{{ 'a' * 1000 }}{% endfor %}",
      })
  void stopsWhatGrowsTooLarge(String template) {
    assertRefused(template, "too long");
  }

  @Test
  void limitsRangesAndIntegers() {
    assertRefused("{{ range(100001) }}", "Range too big");
    assertRefused("{{ range(-9223372036854775807, 9223372036854775807) }}", "Range too big");
    assertRefused("{{ 10 ** 100000 }}", "4300 digits");
    assertRefused("{{ 7 ** (7 ** (7 ** 7)) }}", "4300 digits");
    assertRefused(
        "{% set n = namespace(i=10) %}{% for i in range(60) %}{% set n.i = n.i * n.i %}{% endfor %}",
        "4300 digits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{% for i in [1] %}{% if true %}{{ a()|upper }}{% endif %}{% endfor %}{% endmacro %}{{ a() }}",
        "{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
        "{% set l = [] %}{{ l.append(l) }}{{ l }}",
        "{% set l = [] %}{{ l.append(l) }}{{ l|tojson }}",
        "{% set a = [] %}{% set b = [] %}{{ a.append(b) }}{{ b.append(a) }}{{ a == b }}",
        "{% set n = namespace(l=[]) %}{% for i in range(50000) %}{% set n.l = [n.l] %}{% endfor %}{{ n.l }}",
        "{% set n = namespace(l=(1,)) %}{% for i in range(50000) %}{% set n.l = (n.l,) %}{% endfor %}{{ {n.l: 1} }}",
        "{% set n = namespace(g=[1]) %}{% for i in range(50000) %}{% set n.g = n.g|map('string') %}{% endfor %}{{ n.g|list }}",
      })
  void stopsWhatNestsTooDeeplyWhenItRuns(String template) {
    assertRefused(template, "nests too deeply");
  }

  @Test
  void stopsWhatNestsTooDeeplyInTheSource() {
    int many = 20_000;
    assertRefused("{{ " + "(".repeat(many) + "1" + ")".repeat(many) + " }}", "too deeply");
    assertRefused("{{ " + "[".repeat(many) + "]".repeat(many) + " }}", "too deeply");
    assertRefused("{{ " + "{1:".repeat(many) + "1" + "}".repeat(many) + " }}", "too deeply");
    assertRefused("{{ " + "not ".repeat(many) + "1 }}", "too deeply");
    assertRefused("{{ " + "-".repeat(many) + "1 }}", "too deeply");
    assertRefused("{{ " + "x if x else ".repeat(many) + "1 }}", "too deeply");
    assertRefused("{{ " + "x[".repeat(many) + "1" + "]".repeat(many) + " }}", "too deeply");
    assertRefused("{{ " + "f(".repeat(many) + ")".repeat(many) + " }}", "too deeply");
    assertRefused("{% if x %}".repeat(many) + "{% endif %}".repeat(many), "too deeply");
    assertRefused("{% for i in [1] %}".repeat(many) + "{% endfor %}".repeat(many), "too deeply");
    assertRefused("{{ 1" + "+1".repeat(many) + " }}", "too deeply");
    assertRefused("{{ x" + "|string".repeat(many) + " }}", "too deeply");
    assertRefused("{{ x" + "['a']".repeat(many) + " }}", "too deeply");
    assertRefused("{{ 1" + " and 1".repeat(many) + " }}", "too deeply");
  }

  @Test
  void takesWhatIsLongButNotDeep() {
    int many = 20_000;
    assertThat(failure("{% if x %}a{% elif x %}b{% endif %}{{ x }}".repeat(2_000))).isNull();
    assertThat(failure("{{ 'a'" + " ~ 'a'".repeat(many) + " }}")).isNull();
    assertThat(failure("{{ [1" + ", 1".repeat(many) + "] }}")).isNull();
    assertThat(failure("{{ 1" + " < 2 != 1".repeat(many) + " }}")).isNull();
    assertThat(failure("{% if x == 0 %}" + "{% elif x == 0 %}".repeat(many) + "{% endif %}"))
        .isNull();
    assertThat(failure("{{ 1" + "+1".repeat(300) + " }}")).isNull();
  }

  @Test
  void takesTheCallersLimits() {
    var template = ChatTemplate.parse("{% for i in range(1000) %}{{ i }}{% endfor %}");
    var few = new Limits(1 << 20, 500, 100);
    assertThatThrownBy(() -> template.render(Map.of(), NOW, few))
        .hasMessageContaining("more than 500 steps");
    var small = new Limits(100, 100_000, 100);
    assertThatThrownBy(() -> template.render(Map.of(), NOW, small))
        .hasMessageContaining("more than 100 characters");
    assertThatThrownBy(() -> new Limits(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Damaged templates end in a rendering or in one of our exceptions, whatever the damage. */
  @Test
  void survivesDamagedTemplates() {
    String source =
        """
        {%- macro m(a, b=[1, 2]) -%}{{ a ~ b[::-1] | join('-') }}{{ caller() if caller }}{%- endmacro -%}
        {% set ns = namespace(n=0, s='x') %}{% for k, v in {'a': 1.5, "b": none}.items() if v is not none %}
        {{ loop.index }}{{ k.upper() | replace('A', '%05.1f' % v) }}{% set ns.n = ns.n + 1 %}{% else %}e{% endfor %}
        {% call m(1, b=x) %}{{ '{:>5}'.format(2 ** 3) }}{% endcall %}{# note #}{% raw %}{{{% endraw %}
        {{ [1, 'a', {'k': (1, 2)}] | tojson(indent=2) }}{% if not x or 1 < 2 <= 3 and 'a' in 'abc' %}y{% endif %}
        """;
    var random = new Random(1);
    String pieces = "{}%#()[]|.,:'\"\\-+*/~= \n0aif";
    int rendered = 0;
    for (int round = 0; round < 5_000; round++) {
      var damaged = new StringBuilder(source);
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = random.nextInt(damaged.length());
        switch (random.nextInt(3)) {
          case 0 -> damaged.deleteCharAt(at);
          case 1 -> damaged.insert(at, pieces.charAt(random.nextInt(pieces.length())));
          default -> damaged.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
        }
      }
      try {
        ChatTemplate.parse(damaged.toString()).render(Map.of("x", "y"), NOW);
        rendered++;
      } catch (ChatTemplateException e) {
        assertThat(e.reason()).as(damaged.toString()).isNotBlank();
      }
    }
    assertThat(rendered).isBetween(100, 4_900);
  }
}
