package io.github.quest4j.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * The log, on standard error. What libraries warn of looks like the program's own sentences; a
 * server's lines have their time.
 */
public final class Logging extends ContextAwareBase implements Configurator {

  private static final String LINE = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %level %msg%n%ex";

  /** Found by Logback. */
  public Logging() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    attach(context, new Sentence());
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** From now on lines are those of a server. */
  static void server() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      PatternLayout lines = new PatternLayout();
      lines.setPattern(LINE);
      attach(context, lines);
    }
  }

  /**
   * A sentence, and where a failure belongs to it what it was and where. A pattern would do, but
   * its class takes as long to start as many a command.
   */
  private static final class Sentence extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
      StringBuilder text = new StringBuilder("quest: ").append(event.getFormattedMessage());
      text.append(System.lineSeparator());
      IThrowableProxy failure = event.getThrowableProxy();
      if (failure != null) {
        text.append(failure.getClassName()).append(": ").append(failure.getMessage());
        text.append(System.lineSeparator());
        StackTraceElementProxy[] frames = failure.getStackTraceElementProxyArray();
        if (frames.length > 0) {
          text.append('\t').append(frames[0]).append(System.lineSeparator());
        }
      }
      return text.toString();
    }
  }

  private static void attach(LoggerContext context, Layout<ILoggingEvent> layout) {
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
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
