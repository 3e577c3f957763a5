package io.github.quest4j.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.constrain.NumberAutomaton.Bound;
import io.github.quest4j.engine.constrain.NumberAutomaton.Range;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The automata of strings, numbers and patterns against other ways to say the same. */
class AutomataTest {

  private static boolean accepts(Automaton automaton, byte[] text) {
    int state = 0;
    for (byte octet : text) {
      state = automaton.next(state, octet & 0xff);
      if (state == Automaton.DEAD) {
        return false;
      }
    }
    return automaton.label(state) != Automaton.NONE;
  }

  private static boolean accepts(Automaton automaton, String text) {
    return accepts(automaton, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyCharacterIsAString() {
    Automaton free = StringAutomaton.free(1, 1);
    Automaton canonical = StringAutomaton.canonical(1, 1);
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        continue;
      }
      byte[] written = JsonText.quoted(Character.toString(c));
      assertThat(accepts(free, written)).as("U+%04X", c).isTrue();
      assertThat(accepts(canonical, written)).as("U+%04X", c).isTrue();
      StringBuilder escapes = new StringBuilder("\"");
      Character.toString(c).chars().forEach(u -> escapes.append(String.format("\\u%04x", u)));
      assertThat(accepts(free, escapes.append('"').toString())).as("U+%04X", c).isTrue();
      assertThat(accepts(canonical, escapes.toString()))
          .isEqualTo(new String(written, StandardCharsets.UTF_8).contentEquals(escapes));
    }
  }

  /** Random sequences of up to four bytes, most of them around what is allowed. */
  @Test
  void onlyUtf8IsAString() {
    Automaton free = StringAutomaton.free(0, StringAutomaton.ANY);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 3_000_000; i++) {
      byte[] text = new byte[2 + random.nextInt(1, 5)];
      for (int at = 1; at < text.length - 1; at++) {
        text[at] = (byte) (at == 1 ? random.nextInt(0xc0, 0x100) : random.nextInt(0x78, 0xc8));
      }
      text[0] = '"';
      text[text.length - 1] = '"';
      byte[] again = new String(text, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
      assertThat(accepts(free, text)).isEqualTo(Arrays.equals(text, again));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false,,,,",
    "true,,,,",
    "true,0,true,9,true",
    "true,-12,true,105,false",
    "true,7,false,,",
    "false,-1.5,true,20.25,false",
    "false,0,false,1,true",
    "false,,,-0.05,true",
    "false,0.001,true,0.0035,false",
    "true,-3.5,true,3.5,true",
    "false,99,false,1000,false",
    "true,-100,false,-99,true",
    "false,0,true,0,true"
  })
  void numbersAreWithinTheirBounds(
      boolean integer, String low, Boolean lowInclusive, String high, Boolean highInclusive) {
    Range range =
        new Range(integer, bound(low, lowInclusive), bound(high, highInclusive), Optional.empty());
    requireNumbers(
        range,
        n ->
            (low == null || n.compareTo(new BigDecimal(low)) >= (lowInclusive ? 0 : 1))
                && (high == null || n.compareTo(new BigDecimal(high)) <= (highInclusive ? 0 : -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "true,7",
    "false,0.25",
    "false,1.5",
    "true,0.5",
    "false,0.003",
    "true,12",
    "false,100"
  })
  void numbersAreMultiples(boolean integer, BigDecimal divisor) {
    Range range = new Range(integer, Optional.empty(), Optional.empty(), Optional.of(divisor));
    int digits = Math.max(0, divisor.scale());
    TableAutomaton automaton = NumberAutomaton.of(range, new WorkBudget()).orElseThrow();
    forEachDecimal(text -> {
      BigDecimal number = new BigDecimal(text);
      boolean written = number.scale() <= (integer ? 0 : digits);
      boolean expected = written && number.remainder(divisor).signum() == 0;
      assertThat(accepts(automaton, text)).as(text).isEqualTo(expected);
    });
  }

  private static Optional<Bound> bound(String value, Boolean inclusive) {
    return value == null
        ? Optional.empty()
        : Optional.of(new Bound(new BigDecimal(value), inclusive));
  }

  private static void requireNumbers(Range range, Predicate<BigDecimal> within) {
    TableAutomaton automaton = NumberAutomaton.of(range, new WorkBudget()).orElseThrow();
    forEachDecimal(text -> {
      BigDecimal number = new BigDecimal(text);
      boolean expected = within.test(number) && !(range.integer() && number.scale() > 0);
      assertThat(accepts(automaton, text)).as(text).isEqualTo(expected);
    });
  }

  /** All with up to three digits before the point and none, one, two or four after it. */
  private static void forEachDecimal(Consumer<String> test) {
    for (String sign : new String[] {"", "-"}) {
      for (int whole = 0; whole < 1100; whole++) {
        test.accept(sign + whole);
        for (int tenths = 0; tenths < 10; tenths++) {
          test.accept(sign + whole + "." + tenths);
          test.accept(sign + whole + "." + tenths + "5");
        }
        for (int small = 0; small < 100; small += 5) {
          test.accept(sign + whole + String.format(".%04d", small));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "--1",
        "0x1",
        "1 ",
        "1e1234",
        "NaN",
        "123456789012345678901"
      })
  void whatIsNoNumber(String text) {
    TableAutomaton number = NumberAutomaton.of(Range.any(false), new WorkBudget()).orElseThrow();
    assertThat(accepts(number, text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-0.0",
        "1e5",
        "1E+05",
        "1e-300",
        "0.5e1",
        "12345678901234567890",
        "-1.5"
      })
  void whatIsANumber(String text) {
    TableAutomaton number = NumberAutomaton.of(Range.any(false), new WorkBudget()).orElseThrow();
    assertThat(accepts(number, text)).isTrue();
  }

  /** Against the JDK's regular expressions, which agree with ECMA-262 on these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "^a*b+c?$",
        "ab|^c|d$",
        "^(a|bc){2,3}$",
        "^[^a-c]+$",
        "^(?:[a-c]{0,2}é|\\u20ac)*$",
        "a.c",
        "^\\d{2,}-?\\w\\W$",
        "^(a*)*$",
        "^(a?b?)*c$",
        "^a{2}b{1,}c{0,1}$",
        "^\\x61\\.$",
        "^(a|b)*?a{0,2}$",
        "^[\\d\\-x]+$",
        "^((ab)+|(ba)+)+$",
        "^[\\u0000-é€-😀]{1,3}$",
        "\\S$"
      })
  void patternsMatch(String pattern) {
    WritableBytes writable = new WritableBytes(new TokenTrie(RealTokenizers.smollm2()));
    TableAutomaton automaton =
        RegexAutomaton.of(RegexParser.parse(pattern, "#"), writable, new WorkBudget())
            .orElseThrow();
    Pattern java = Pattern.compile(pattern.replaceAll("\\$(?=$|\\|)", "\\\\z"));
    SplittableRandom random = new SplittableRandom(3);
    String[] letters = {
      "a", "b", "c", "d", "x", "1", "2", "-", "é", "€", "😀", "😁", "\"", "\\", ".", "\u0001", " ",
      "\n"
    };
    int matched = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder();
      int kinds = random.nextInt(1, letters.length + 1);
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append(letters[random.nextInt(kinds)]);
      }
      boolean expected = java.matcher(text).find();
      matched += expected ? 1 : 0;
      assertThat(accepts(automaton, JsonText.quoted(text.toString())))
          .as("%s with %s", pattern, text)
          .isEqualTo(expected);
    }
    assertThat(matched).isBetween(1, 59_999);
  }
}
