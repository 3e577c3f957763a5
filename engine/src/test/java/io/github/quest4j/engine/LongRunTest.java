package io.github.quest4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.attention.AttentionOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/**
 * A long run does not grow: twenty generations after one another, with pages, native memory and
 * heap back at the level of the first.
 *
 * <p>They run in a JVM of their own, which has no other test's leftovers on its heap and counts its
 * native memory (NMT).
 */
class LongRunTest {

  private static final int GENERATIONS = 20;
  private static final int TOKENS = 12;
  private static final AttentionOptions SPARSE = AttentionOptions.defaults().withTokenBudget(64);

  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withAttention(SPARSE).withContext(400);

  // A generation that is kept weighs 200 KB (its logits); what the JVM itself keeps varies less.
  private static final long HEAP_SLACK = 2L << 20;
  // Of all that is taken through the foreign memory API and direct buffers.
  private static final long NATIVE_SLACK = 256L << 10;

  private static final Pattern LEVEL =
      Pattern.compile("level (\\d+) pages (\\d+) reserved (\\d+) heap (\\d+) native (\\d+)");

  private record Level(long pages, long reserved, long heap, long nativeBytes) {}

  @Test
  void twentyGenerationsLeaveTheLevelOfTheFirst() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:NativeMemoryTracking=summary",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LongRunTest.class.getName(),
                TestModels.smollm2().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).as(output).isZero();
    List<Level> levels = new ArrayList<>();
    Matcher matcher = LEVEL.matcher(output);
    while (matcher.find()) {
      levels.add(
          new Level(
              Long.parseLong(matcher.group(2)),
              Long.parseLong(matcher.group(3)),
              Long.parseLong(matcher.group(4)),
              Long.parseLong(matcher.group(5))));
    }
    assertThat(levels).as(output).hasSize(GENERATIONS);
    Level first = levels.getFirst();
    Level last = levels.getLast();
    System.out.println("long run: first " + first + ", last " + last);
    assertThat(first.reserved).isPositive();
    assertThat(first.nativeBytes).isGreaterThanOrEqualTo(first.reserved);
    assertThat(levels).extracting(Level::pages).containsOnly(0L);
    assertThat(levels).extracting(Level::reserved).containsOnly(first.reserved);
    assertThat(last.heap).isLessThan(first.heap + HEAP_SLACK);
    assertThat(last.nativeBytes).isLessThan(first.nativeBytes + NATIVE_SLACK);
    assertThat(output).as("closing gives the cache back").contains("closed native");
    Matcher closed = Pattern.compile("closed native (\\d+)").matcher(output);
    assertThat(closed.find()).isTrue();
    assertThat(Long.parseLong(closed.group(1))).isLessThan(last.nativeBytes - last.reserved + 1024);
  }

  /** Runs the generations in this JVM and prints the levels after each of them. */
  public static void main(String[] arguments) throws JMException {
    Path model = Path.of(arguments[0]);
    try (Engine engine = Engine.open(model, OPTIONS)) {
      for (int i = 0; i < GENERATIONS; i++) {
        generate(engine, i);
        System.out.println(
            "level "
                + i
                + " pages "
                + engine.pagesInUse()
                + " reserved "
                + engine.kvBytesReserved()
                + " heap "
                + heapInUse()
                + " native "
                + nativeInUse());
      }
    }
    System.out.println("closed native " + nativeInUse());
  }

  /** The ways in which a generation can go, in turn. */
  private static void generate(Engine engine, int i) {
    GenerateRequest request =
        GenerateRequest.of(
                Prompt.raw("The " + "quick brown fox jumps over the lazy dog. ".repeat(12)))
            .withMaxTokens(TOKENS)
            .withAttention(i % 2 == 0 ? SPARSE : SPARSE.withPolicy(AttentionOptions.DENSE));
    switch (i % 5) {
      case 1 -> {
        try (Stream<Generation.Token> stream = engine.stream(request)) {
          Iterator<Generation.Token> tokens = stream.iterator();
          tokens.next();
          tokens.next(); // the reader loses interest
        }
      }
      case 2 -> {
        try (Generation generation = engine.start(request, new GenerationListener() {})) {
          generation.next();
          generation.cancel();
          generation.result();
        }
      }
      case 3 -> {
        try (Sequence sequence = engine.sequence(SPARSE)) {
          sequence.prefill(engine.tokens(request.prompt()));
          try (Sequence fork = sequence.fork()) {
            fork.step(7);
            sequence.step(8);
            sequence.truncate(40);
            sequence.step(9);
          }
        }
      }
      case 4 -> {
        int[] prompt = engine.tokens(request.prompt());
        try (Sequence sequence = engine.sequence(SPARSE)) {
          while (true) {
            sequence.prefill(prompt);
          }
        } catch (EngineException e) {
          // the context is full
        }
      }
      default -> engine.generate(request);
    }
  }

  private static long heapInUse() {
    for (int i = 0; i < 3; i++) {
      System.gc(); // weak references to what has gone go with the next
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Bytes that NMT counts as taken through the foreign memory API and the like. */
  private static long nativeInUse() throws JMException {
    String summary =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "vmNativeMemory",
                    new Object[] {new String[] {"summary", "scale=B"}},
                    new String[] {String[].class.getName()});
    Matcher other = Pattern.compile("Other \\(reserved=\\d+, committed=(\\d+)\\)").matcher(summary);
    if (!other.find()) {
      throw new IllegalStateException("NMT says nothing of native memory: " + summary);
    }
    return Long.parseLong(other.group(1));
  }
}
