package io.github.quest4j.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * The log, on standard error. What libraries warn of looks like the program's own sentences; a
 * server's lines have their time.
 */
public final class Logging extends ContextAwareBase implements Configurator {

  private static final String SENTENCE = "quest: %msg%n%ex{short}";
  private static final String LINE = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %level %msg%n%ex";

  /** Found by Logback. */
  public Logging() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    attach(context, SENTENCE);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** From now on lines are those of a server. */
  static void server() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      attach(context, LINE);
    }
  }

  private static void attach(LoggerContext context, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(Level.INFO);
    context.getLogger("io.helidon").setLevel(Level.WARN); // a client that goes is not our news
    context.getLogger("io.helidon.webserver.LoomServer").setLevel(Level.OFF); // we say it ourselves
  }
}
