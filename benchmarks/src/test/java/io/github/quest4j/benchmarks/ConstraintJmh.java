package io.github.quest4j.benchmarks;

import io.github.quest4j.engine.ModelTokenizer;
import io.github.quest4j.engine.constrain.Constraints;
import io.github.quest4j.engine.constrain.TokenConstraint;
import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What constrained sampling costs: {@code token} is one mask and one accepted token, on average
 * over a document and with all its states known; {@code unknown} is the whole document (its tokens
 * are said when it begins) with none of them known; {@code compile} is a schema, {@code index} all
 * that a tokenizer needs once.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConstraintJmh {

  private static final String SCHEMA =
      """
      {"type":"object","properties":{"title":{"type":"string","maxLength":200},
       "when":{"type":"string","format":"date-time"},"kind":{"enum":["talk","poster","panel"]},
       "rating":{"type":["number","null"],"minimum":0,"maximum":5},
       "people":{"type":"array","maxItems":20,"items":{"anyOf":[
         {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},
          "required":["name","age"],"additionalProperties":false},{"type":"string"}]}}},
       "required":["title","when","kind","rating","people"],"additionalProperties":false}\
      """;
  private static final String DOCUMENT =
      """
      {
        "title": "A talk about pages, keys and values – for all who read long documents",
        "when": "2026-11-24T09:30:00Z",
        "kind": "talk",
        "rating": 4.75,
        "people": [
          { "name": "Ann Example", "age": 41 },
          "Bob",
          { "name": "Zoë", "age": 7 }
        ]
      }\
      """;

  /** A model's name in the store, or its file. */
  @Param({"smollm2"})
  public String model = "smollm2";

  /** {@code schema}, or {@code object} for any JSON object. */
  @Param({"schema", "object"})
  public String constraint = "schema";

  private @Nullable Text text;

  /** A document under way. */
  private static final class Text {
    final JsonNode schema = JsonMapper.shared().readTree(SCHEMA);
    final Tokenizer tokenizer;
    final boolean object;
    final int[] tokens;
    final float[] logits;
    Constraints constraints;
    TokenConstraint constraint;
    TokenConstraint.State state;
    int at;

    Text(String model, boolean object) {
      try (GgufFile file = GgufFile.open(ModelStore.open().resolve(model))) {
        tokenizer = ModelTokenizer.of(file);
      }
      this.object = object;
      tokens = tokenizer.encode(DOCUMENT, false, false);
      logits = new float[tokenizer.size()];
      constraints = new Constraints(tokenizer);
      constraint = compile();
      state = constraint.begin();
    }

    TokenConstraint compile() {
      return object ? constraints.jsonObject() : constraints.jsonSchema(schema);
    }

    void forget() {
      constraints = new Constraints(tokenizer);
      constraint = compile();
      restart();
    }

    void restart() {
      state = constraint.begin();
      at = 0;
    }

    void step() {
      state.mask(logits);
      state.accept(tokens[at++]);
    }
  }

  /** Opens the tokenizer. */
  @Setup
  public void open() {
    text = new Text(model, constraint.equals("object"));
    System.out.println("document of " + text.tokens.length + " tokens");
  }

  private Text text() {
    return Objects.requireNonNull(text);
  }

  /** One token. */
  @Benchmark
  public float[] token() {
    Text t = text();
    if (t.at == t.tokens.length) {
      t.restart();
    }
    t.step();
    return t.logits;
  }

  /** Forgets all states before a single shot. */
  @Setup(Level.Iteration)
  public void forget(BenchmarkParams benchmark) {
    if (benchmark.getMode() == Mode.SingleShotTime) {
      text().forget();
    }
  }

  /** A document's tokens. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 30)
  @Measurement(iterations = 30)
  public float[] unknown() {
    Text t = text();
    while (t.at < t.tokens.length) {
      t.step();
    }
    return t.logits;
  }

  /** A schema. */
  @Benchmark
  public TokenConstraint compile() {
    return text().compile();
  }

  /** A tokenizer's constraints. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  @Warmup(iterations = 5)
  @Measurement(iterations = 10)
  public Constraints index() {
    return new Constraints(text().tokenizer);
  }
}
