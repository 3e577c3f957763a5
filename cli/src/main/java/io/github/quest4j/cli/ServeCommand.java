package io.github.quest4j.cli;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.store.CatalogueModel;
import io.github.quest4j.server.QuestServer;
import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.model.ModelSource;
import io.github.quest4j.server.model.ServedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest serve}: OpenAI's API over HTTP. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Serves a model over HTTP with OpenAI's API and a page at /.",
      "On this machine only, unless --host says otherwise. SIGTERM or Ctrl-C lets running requests end; a second one ends them."
    },
    footer = {
      "",
      "Examples:",
      "  quest serve",
      "  quest serve -m qwen2.5-0.5b --port 9000 --token-budget 512",
      "  quest serve --host 0.0.0.0 --api-key-file keys.txt --tls-certificate chain.pem --tls-key key.pem",
      "  curl http://127.0.0.1:8080/v1/chat/completions -H 'Content-Type: application/json' \\",
      "    -d '{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'"
    })
final class ServeCommand implements Callable<Integer> {

  private static final Duration CANCELLING = Duration.ofSeconds(5); // answers that were cut off

  @Mixin ModelMixin model = new ModelMixin();
  @Mixin AttentionMixin attention = new AttentionMixin();
  @Mixin ServeMixin serve = new ServeMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "what requests and answers call the model (default: its name in the catalogue)")
  @Nullable String name;

  @Option(
      names = "--drain-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "how long running requests may go on after SIGTERM (default: ${DEFAULT-VALUE})")
  int drainSeconds;

  @Override
  public Integer call() throws Exception {
    if (drainSeconds < 0) {
      throw new UsageException("--drain-seconds is negative: " + drainSeconds);
    }
    model.options(attention); // checked before anything is opened or fetched
    ServerOptions options = serve.options();
    Logging.server();
    CountDownLatch end = new CountDownLatch(1);
    ModelSource source = new ModelSource(List.of(names()), this::open);
    try (Interrupt interrupt = Interrupt.onTermination(end::countDown);
        QuestServer server = QuestServer.start(options, source, Version.read().version())) {
      common.note("listening at " + server.address() + ", loading " + model.name.model);
      var _ =
          server
              .loaded()
              .whenComplete((served, failure) -> {
                if (failure != null) {
                  end.countDown();
                } else {
                  tell(server, served);
                }
              });
      end.await();
      if (server.loaded().isCompletedExceptionally() && !interrupt.came()) {
        throw cause(server);
      }
      drain(server);
      return ExitCodes.OK;
    }
  }

  private String[] names() {
    Set<String> names = new LinkedHashSet<>();
    if (name != null) {
      names.add(name);
    }
    Optional<CatalogueModel> known = model.name.known();
    known.ifPresent(entry -> names.add(entry.name()));
    String typed = model.name.model;
    String file = typed.substring(Math.max(typed.lastIndexOf('/'), typed.lastIndexOf('\\')) + 1);
    names.add(file.endsWith(".gguf") ? file.substring(0, file.length() - 5) : file);
    names.add(file);
    names.add(typed);
    names.remove("");
    return names.toArray(String[]::new);
  }

  private Engine open() {
    Path path = model.path(common);
    attention.selection.noteUnmeasured(model.name.model, model.name.known(), common);
    EngineOptions options = model.options(attention);
    Engine engine = Engine.open(path, options);
    common.note(engine.describe());
    return engine;
  }

  private void tell(QuestServer server, ServedModel served) {
    if (common.json) {
      Json.print(Map.of("url", server.address(), "model", served.name()));
      return;
    }
    String key = serve.asksForKey() ? " -H 'Authorization: Bearer KEY'" : "";
    System.out.println(
        served.name()
            + " is served at "
            + server.address()
            + "; try: curl "
            + server.address()
            + "/v1/chat/completions"
            + key
            + " -H 'Content-Type: application/json'"
            + " -d '{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'");
    System.out.flush();
  }

  private static Exception cause(QuestServer server) throws InterruptedException {
    try {
      var _ = server.loaded().get();
      throw new IllegalStateException("the model was loaded");
    } catch (ExecutionException e) {
      return e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private void drain(QuestServer server) throws InterruptedException {
    server.drain();
    if (server.awaitIdle(Duration.ZERO)) {
      return;
    }
    common.note(
        "quest: no more requests are taken; those that run may go on " + drainSeconds + " s");
    if (!server.awaitIdle(Duration.ofSeconds(drainSeconds))) {
      server.cancel();
      var _ = server.awaitIdle(CANCELLING);
    }
  }
}
