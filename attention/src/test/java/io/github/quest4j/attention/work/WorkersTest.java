package io.github.quest4j.attention.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** A thread that comes late to an operation must not take a task of the next for one of its. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void isNotConfusedByThreadsThatComeLate(int threads) throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> others = new ArrayList<>();
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      others.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  Thread.onSpinWait();
                }
              }));
    }
    AtomicIntegerArray runs = new AtomicIntegerArray(64);
    AtomicInteger strangers = new AtomicInteger();
    try (Workers workers = Workers.of(threads)) {
      for (int operation = 1; operation <= 30_000; operation++) {
        int own = operation;
        int tasks = 2 + operation * 7 % 60;
        int[] current = {own};
        workers.run(
            tasks,
            (index, worker) -> {
              runs.incrementAndGet(index);
              if (current[0] != own) {
                strangers.incrementAndGet();
              }
            });
        current[0] = 0; // whoever still runs a task of this operation sees it
        for (int i = 0; i < tasks; i++) {
          assertThat(runs.getAndSet(i, 0)).isEqualTo(1);
        }
      }
      assertThat(strangers).hasValue(0);
    } finally {
      over.set(true);
      for (Thread other : others) {
        other.join();
      }
    }
    for (int i = 0; i < 64; i++) {
      assertThat(runs.get(i)).isZero();
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
