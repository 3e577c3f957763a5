package io.github.quest4j.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StopMatcherTest {

  @Test
  void holdsBackWhatMayBecomeAStop() {
    StopMatcher matcher = new StopMatcher(List.of("###", "END"));
    assertThat(matcher.accept("Hello #")).isEqualTo("Hello ");
    assertThat(matcher.accept("#")).isEmpty();
    assertThat(matcher.accept("x E")).isEqualTo("##x ");
    assertThat(matcher.stopped()).isFalse();
    assertThat(matcher.accept("N")).isEmpty();
    assertThat(matcher.accept("D of it")).isEmpty();
    assertThat(matcher.stopped()).isTrue();
    assertThat(matcher.finish()).isEmpty();
  }

  @Test
  void givesTheRestAtTheEnd() {
    StopMatcher matcher = new StopMatcher(List.of("abcabd"));
    assertThat(matcher.accept("xabcab")).isEqualTo("x");
    assertThat(matcher.finish()).isEqualTo("abcab");
  }

  @Test
  void agreesWithSearchingTheWholeText() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 2_000; round++) {
      String text = letters(random, 30);
      List<String> stops = List.of(letters(random, 3), letters(random, 4));
      StopMatcher matcher = new StopMatcher(stops);
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < text.length() && !matcher.stopped(); i++) {
        out.append(matcher.accept(text.substring(i, i + 1)));
      }
      out.append(matcher.finish());
      int first = text.length();
      int end = Integer.MAX_VALUE;
      for (String stop : stops) {
        int at = text.indexOf(stop);
        // Streamed letter by letter, the stop that ends first is the one that is seen first.
        if (at >= 0 && at + stop.length() < end) {
          end = at + stop.length();
          first = at;
        }
      }
      if (end < Integer.MAX_VALUE) {
        for (String stop : stops) {
          int at = text.indexOf(stop);
          if (at >= 0 && at + stop.length() == end) {
            first = Math.min(first, at);
          }
        }
      }
      assertThat(out.toString()).isEqualTo(text.substring(0, first));
    }
  }

  private static String letters(SplittableRandom random, int length) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < length; i++) {
      s.append((char) ('a' + random.nextInt(2)));
    }
    return s.toString();
  }
}
