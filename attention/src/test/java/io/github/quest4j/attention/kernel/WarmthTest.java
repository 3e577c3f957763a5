package io.github.quest4j.attention.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmthTest {

  private static final long MILLISECOND = 1_000_000;

  private final Warmth warmth = new Warmth();

  private void work(int milliseconds) {
    warmth.ended(false, milliseconds * MILLISECOND, milliseconds * 100);
  }

  @Test
  void trialsTakeABoundedPartOfTheTime() {
    assertThat(warmth.tries()).isFalse();
    long worked = 0;
    long tried = 0;
    for (int i = 0; i < 10_000; i++) {
      if (warmth.tries()) {
        warmth.ended(true, 7 * MILLISECOND, 1);
        tried += 7;
      } else {
        work(1);
        worked++;
      }
    }
    assertThat(tried).isPositive().isLessThan(worked / 3);
    assertThat(warmth.warm()).isFalse();
  }

  @Test
  void oneThreadTriesAtATime() {
    work(100);
    assertThat(warmth.tries()).isTrue();
    assertThat(warmth.tries()).isFalse();
    warmth.ended(true, MILLISECOND, 1);
    work(100);
    assertThat(warmth.tries()).isTrue();
  }

  @Test
  void whatWasFasterTwiceDoesTheRest() {
    for (int units : new int[] {101, 99, 101}) {
      work(100);
      assertThat(warmth.tries()).isTrue();
      warmth.ended(true, MILLISECOND, units);
      assertThat(warmth.warm()).isFalse();
    }
    work(100);
    assertThat(warmth.tries()).isTrue();
    warmth.ended(true, MILLISECOND, 101);
    assertThat(warmth.warm()).isTrue();
  }
}
