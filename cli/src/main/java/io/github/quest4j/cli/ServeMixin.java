package io.github.quest4j.cli;

import io.github.quest4j.engine.schedule.SchedulerOptions;
import io.github.quest4j.server.config.ApiKeys;
import io.github.quest4j.server.config.Limits;
import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.config.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a server: where it is, who may use it, and how much of it. */
final class ServeMixin {

  private static final long MIB = 1 << 20;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "address to listen at; any but this machine's own needs --api-key-file (default: ${DEFAULT-VALUE})")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "port to listen at; 0 picks one (default: ${DEFAULT-VALUE})")
  int port;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "keys that requests must carry, one a line; lines with # are comments")
  @Nullable Path keys;

  @Option(
      names = "--allow-no-key",
      description =
          "listen beyond this machine without keys: all who reach the port may use the model, fill its queue and read its metrics")
  boolean allowNoKey;

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      description =
          "let pages of this origin use the server from a browser, * for all; may be repeated (default: none)")
  List<String> cors = new ArrayList<>();

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "speak TLS with this certificate chain, PEM")
  @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "the certificate's private key, PEM in PKCS#8")
  @Nullable Path key;

  @Option(
      names = "--log-prompts",
      description = "write prompts and answers to the log, which otherwise never holds them")
  boolean logPrompts;

  @Option(
      names = "--running",
      paramLabel = "N",
      defaultValue = "16",
      description = "texts written at a time, at most (default: ${DEFAULT-VALUE})")
  int running;

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "256",
      description = "requests that may wait besides; more get 429 (default: ${DEFAULT-VALUE})")
  int queue;

  @Option(
      names = "--prefill-piece",
      paramLabel = "N",
      defaultValue = "128",
      description =
          "tokens of prompts read in a step beside running texts: less, and these pause shorter (default: ${DEFAULT-VALUE})")
  int piece;

  @Option(names = "--no-prefix-cache", description = "read every prompt anew")
  boolean noPrefixCache;

  @Option(
      names = "--max-body",
      paramLabel = "MIB",
      defaultValue = "8",
      description = "size of a request's body (default: ${DEFAULT-VALUE})")
  long maxBody;

  @Option(
      names = "--max-prompt-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description = "tokens of a prompt; 0: the context (default: ${DEFAULT-VALUE})")
  int maxPrompt;

  @Option(
      names = "--max-output-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description = "tokens of a text; 0: the context (default: ${DEFAULT-VALUE})")
  int maxOutput;

  @Option(
      names = "--request-seconds",
      paramLabel = "N",
      defaultValue = "600",
      description = "time of a request, waiting included (default: ${DEFAULT-VALUE})")
  int requestSeconds;

  @Option(
      names = "--header-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "time in which a connection's first request must come (default: ${DEFAULT-VALUE})")
  int headerSeconds;

  @Option(
      names = "--idle-seconds",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "time between requests, between pieces of a body, and for a reader to take what is written (default: ${DEFAULT-VALUE})")
  int idleSeconds;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "1024",
      description = "connections open at a time; more wait (default: ${DEFAULT-VALUE})")
  int maxConnections;

  boolean asksForKey() {
    return keys != null;
  }

  /** What was typed, checked. */
  ServerOptions options() throws IOException {
    if ((certificate == null) != (key == null)) {
      throw new UsageException("--tls-certificate and --tls-key go together");
    }
    ServerOptions options =
        ServerOptions.defaults()
            .withHost(host)
            .withPort(port)
            .withKeys(keys == null ? ApiKeys.NONE : ApiKeys.read(keys))
            .withAllowNoKey(allowNoKey)
            .withCorsOrigins(cors)
            .withLogPrompts(logPrompts)
            .withLimits(limits())
            .withScheduler(new SchedulerOptions(running, queue, piece, !noPrefixCache));
    if (certificate != null && key != null) {
      options = options.withTls(new TlsFiles(certificate, key));
    }
    options.address(); // whether it may be listened at
    return options;
  }

  private Limits limits() {
    if (maxBody < 1 || maxBody > 1_024) {
      throw new UsageException("--max-body is not in 1..1024: " + maxBody);
    }
    return new Limits(
        maxBody * MIB,
        maxPrompt,
        maxOutput,
        Duration.ofSeconds(requestSeconds),
        Duration.ofSeconds(headerSeconds),
        Duration.ofSeconds(idleSeconds),
        maxConnections);
  }
}
