package io.github.quest4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HeadstartTest {

  /** In a JVM of its own, since the logging system starts once. */
  @Test
  void theLogIsThereBeforeACommandIsCarriedOut() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Dquest.stderr=2",
                "-cp",
                System.getProperty("java.class.path"),
                HeadstartTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output)
        .contains("configured: true", "logs: true")
        .containsPattern("T[0-9:.]+.* INFO a line");
  }

  /** Starts as the program does, then logs as a server does. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Headstart.begin().await();
    Method loaded = ClassLoader.class.getDeclaredMethod("findLoadedClass", String.class);
    loaded.setAccessible(true);
    Object logging =
        loaded.invoke(HeadstartTest.class.getClassLoader(), "io.github.quest4j.cli.Logging");
    System.out.println("configured: " + (logging != null));
    System.out.println("logs: " + (LoggerFactory.getILoggerFactory() instanceof LoggerContext));
    Logging.server();
    LoggerFactory.getLogger(HeadstartTest.class).info("a line");
  }
}
