package io.github.quest4j.attention.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void runsEveryTaskOnceInEveryOperation(int threads) {
    try (Workers workers = Workers.of(threads)) {
      for (int operation = 0; operation < 2_000; operation++) {
        int tasks = operation % 13;
        AtomicIntegerArray runs = new AtomicIntegerArray(13);
        workers.run(tasks, (index, worker) -> runs.incrementAndGet(index));
        for (int i = 0; i < 13; i++) {
          assertThat(runs.get(i)).isEqualTo(i < tasks ? 1 : 0);
        }
      }
    }
  }

  @Test
  void aFailedTaskReachesTheCallerAndThePoolWorksOn() {
    try (Workers workers = Workers.of(3)) {
      assertThatThrownBy(() ->
              workers.run(
                  50,
                  (index, worker) -> {
                    if (index == 17) {
                      throw new IllegalStateException("piece 17");
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("piece 17");
      AtomicIntegerArray runs = new AtomicIntegerArray(50);
      workers.run(50, (index, worker) -> runs.incrementAndGet(index));
      for (int i = 0; i < 50; i++) {
        assertThat(runs.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void refusesSillyThreadCounts() {
    assertThatThrownBy(() -> Workers.of(0)).hasMessage("threads is not in 1..1024: 0");
  }
}
