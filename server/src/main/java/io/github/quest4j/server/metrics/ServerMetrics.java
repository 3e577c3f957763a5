package io.github.quest4j.server.metrics;

import io.github.quest4j.engine.schedule.SchedulerStats;
import io.github.quest4j.server.model.ModelHolder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/** What a server counts, for Prometheus. */
public final class ServerMetrics implements AutoCloseable {

  private static final String PREFIX = "quest.";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ModelHolder models;
  private final Timer firstToken;
  private final Timer perToken;
  private final Counter promptTokens;
  private final Counter cachedTokens;
  private final Counter generatedTokens;

  /**
   * Of a server.
   *
   * @param version of the program
   * @param connections tells how many are open
   */
  public ServerMetrics(ModelHolder models, String version, IntSupplier connections) {
    this.models = models;
    firstToken =
        timer(
            "time.to.first.token",
            "From a request's head to its first token",
            Duration.ofMillis(10),
            Duration.ofMinutes(2));
    perToken =
        timer(
            "time.per.token",
            "Between tokens of a request",
            Duration.ofMillis(1),
            Duration.ofSeconds(10));
    promptTokens = counter("prompt.tokens", "Tokens of prompts of requests answered");
    cachedTokens = counter("cached.tokens", "Those of them that had been read before");
    generatedTokens = counter("generated.tokens", "Tokens generated for requests answered");
    long began = System.nanoTime();
    TimeGauge.builder(PREFIX + "uptime", this, TimeUnit.NANOSECONDS, m -> System.nanoTime() - began)
        .register(registry);
    Gauge.builder(PREFIX + "build.info", () -> 1)
        .tag("version", version)
        .tag("java", Runtime.version().toString())
        .register(registry);
    Gauge.builder(PREFIX + "connections", connections::getAsInt)
        .description("Connections open")
        .register(registry);
    Gauge.builder(PREFIX + "ready", models, m -> m.ready() ? 1 : 0)
        .description("Whether requests are taken")
        .register(registry);
    Gauge.builder(PREFIX + "requests.in.progress", models, ModelHolder::inUse)
        .description("Requests that use the model, those that wait included")
        .register(registry);
    ProcessGauges.register(registry, PREFIX);
    gauges();
    counts();
  }

  private void gauges() {
    gauge("sequences.running", "Sequences in the batch", SchedulerStats::running);
    gauge("requests.waiting", "Requests and sequences that wait", SchedulerStats::waiting);
    gauge(
        "batch.size.mean",
        "Decode rows of a step, mean since the start",
        s -> s.steps() == 0 ? 0 : (double) s.decodeRows() / s.steps());
    gauge("pages.used", "Pages leased, those of the prefix cache included", s -> s.pagesUsed());
    gauge("pages.free", "Pages of memory taken that nobody leases", s -> s.pagesFree());
    gauge("kv.bytes", "Memory of the KV cache", s -> s.kvBytes());
    gauge("kv.limit.bytes", "Memory that the KV cache may take", s -> s.kvLimit());
    gauge("prefix.pages", "Pages that the prefix cache holds", s -> s.prefix().pages());
    gauge("prefix.bytes", "Memory of these", s -> s.prefix().bytes());
  }

  private void counts() {
    count("steps", "Forward passes", SchedulerStats::steps);
    count("decode.rows", "Decode rows of all steps", SchedulerStats::decodeRows);
    count("prefill.tokens", "Tokens of prompts read", SchedulerStats::promptTokens);
    count("sampled.tokens", "Tokens drawn", SchedulerStats::generatedTokens);
    count("set.back", "Sequences that gave their pages up for others", SchedulerStats::setBack);
    count("samples.finished", "Texts that ended by themselves", SchedulerStats::finished);
    count("samples.cancelled", "Texts that were cancelled", SchedulerStats::cancelled);
    count("samples.failed", "Texts that failed", SchedulerStats::failed);
    count("pages.selected", "Pages in all page lists", SchedulerStats::pagesSelected);
    count("page.lists", "Page lists chosen", SchedulerStats::selections);
    count("kv.read.bytes", "Keys, values and digests read", SchedulerStats::kvBytesRead);
    count("prefix.lookups", "Prompts looked up", s -> s.prefix().lookups());
    count("prefix.hits", "Those of which a page was found", s -> s.prefix().hits());
    count("prefix.tokens.asked", "Tokens of prompts looked up", s -> s.prefix().tokensAsked());
    count("prefix.tokens.found", "Those of them that were found", s -> s.prefix().tokensFound());
    count("prefix.pages.released", "Pages given up for room", s -> s.prefix().released());
  }

  private Timer timer(String name, String description, Duration least, Duration most) {
    return Timer.builder(PREFIX + name)
        .description(description)
        .publishPercentileHistogram()
        .minimumExpectedValue(least)
        .maximumExpectedValue(most)
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(PREFIX + name).description(description).register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<SchedulerStats> value) {
    Gauge.builder(PREFIX + name, models, m -> of(m, value))
        .description(description)
        .register(registry);
  }

  private void count(String name, String description, ToDoubleFunction<SchedulerStats> value) {
    FunctionCounter.builder(PREFIX + name, models, m -> of(m, value))
        .description(description)
        .register(registry);
  }

  private static double of(ModelHolder models, ToDoubleFunction<SchedulerStats> value) {
    return models.model().map(model -> value.applyAsDouble(model.scheduler().stats())).orElse(0.0);
  }

  /** A request was answered, or its client has gone. */
  public void request(String endpoint, int status, long nanos) {
    Counter.builder(PREFIX + "requests")
        .description("Requests answered; status 499 where the client had gone")
        .tag("endpoint", endpoint)
        .tag("status", String.valueOf(status))
        .register(registry)
        .increment();
    Timer.builder(PREFIX + "request.time")
        .description("From a request's head to the end of its answer")
        .tag("endpoint", endpoint)
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** The first token of a request came. */
  public void firstToken(long nanos) {
    firstToken.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Another one came. */
  public void token(long nanos) {
    perToken.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A request was answered. */
  public void tokens(int prompt, int cached, int generated) {
    promptTokens.increment(prompt);
    cachedTokens.increment(cached);
    generatedTokens.increment(generated);
  }

  /** All of it, as Prometheus reads it. */
  public String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
