package io.github.quest4j.server.openai;

import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.schedule.Ticket;
import io.github.quest4j.engine.tool.ToolCallScanner;
import io.github.quest4j.engine.trace.PromptText;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.model.ServedModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer to a request as it grows, and its JSON: whole, or in chunks. The two endpoints differ
 * in their choices only. For one thread.
 */
public abstract sealed class Answer permits ChatAnswer, CompletionAnswer {

  private final String id;
  private final String object;
  private final ServedModel model;
  private final Ask ask;
  private final long created = Instant.now().getEpochSecond();
  private final List<Choice> choices = new ArrayList<>();
  private boolean promptTold;

  Answer(String id, String object, ServedModel model, Ask ask) {
    this.id = id;
    this.object = object;
    this.model = model;
    this.ask = ask;
    for (int choice = 0; choice < ask.choices(); choice++) {
      choices.add(new Choice(choice, ask.tools()));
    }
  }

  /** An answer of {@code /v1/chat/completions}. */
  public static Answer chat(String id, ServedModel model, Ask ask) {
    return new ChatAnswer("chatcmpl-" + id, model, ask);
  }

  /** An answer of {@code /v1/completions}. */
  public static Answer completion(String id, ServedModel model, Ask ask) {
    return new CompletionAnswer("cmpl-" + id, model, ask);
  }

  /** The prompts' texts, one for each, where it is told what tokens are read from. */
  public void prompts(List<PromptText> texts) {
    for (Choice choice : texts.isEmpty() ? List.<Choice>of() : choices) {
      choice.trace(
          new TraceJson(
              texts.get(choice.index / ask.samples()), ask.trace(), this instanceof ChatAnswer));
    }
  }

  /** Takes a token of a choice; the chunks that tell of it. */
  public List<ObjectNode> accept(int choice, Ticket.Event.Token token) {
    Choice growing = choices.get(choice);
    int from = growing.likelyCount();
    return traced(growing, chunks(growing, growing.accept(token), growing.likely(from)));
  }

  /** Adds what the chunks' text was read from, and to the first of all what the prompt is. */
  private List<ObjectNode> traced(Choice choice, List<ObjectNode> chunks) {
    if (chunks.isEmpty() || !ask.trace().wanted()) {
      return chunks;
    }
    if (!promptTold) {
      promptTold = true;
      chunks.getFirst().putObject("quest").set("prompt", prompt());
    }
    ObjectNode last = (ObjectNode) chunks.getLast().at("/choices/0");
    ArrayNode tokens = choice.untold();
    if (!tokens.isEmpty()) {
      last.putObject("quest_trace").set("tokens", tokens);
    }
    return chunks;
  }

  private ObjectNode prompt() {
    return choices.getFirst().trace().orElseThrow().prompt(model.engine().options().pageSize());
  }

  /** A choice has ended; the chunks that tell of it. */
  public List<ObjectNode> finish(int choice, Ticket.Event.Finished end) {
    Choice growing = choices.get(choice);
    List<ObjectNode> chunks =
        new ArrayList<>(traced(growing, chunks(growing, growing.finish(end), List.of())));
    ObjectNode last = last(growing);
    if (choices.stream().allMatch(Choice::ended) && !ask.includeUsage()) {
      last.set("quest", quest());
    }
    chunks.add(last);
    return chunks;
  }

  /** The chunk with the usage, which ends a stream that asked for it. */
  public ObjectNode usageChunk() {
    ObjectNode chunk = envelope(object + chunkSuffix());
    chunk.set("choices", Json.array());
    chunk.set("usage", usage());
    chunk.set("quest", quest());
    return chunk;
  }

  /** The whole answer, once all choices have ended. */
  public ObjectNode whole() {
    ObjectNode whole = envelope(object);
    ArrayNode all = whole.putArray("choices");
    for (Choice choice : choices) {
      ObjectNode json = choice(choice);
      if (ask.trace().wanted()) {
        json.putObject("quest_trace").set("tokens", choice.told());
      }
      all.add(json);
    }
    whole.set("usage", usage());
    ObjectNode quest = quest();
    if (ask.trace().wanted()) {
      quest.set("prompt", prompt());
    }
    whole.set("quest", quest);
    return whole;
  }

  /** Tokens of the prompts. */
  public int promptTokens() {
    int tokens = 0;
    for (int choice = 0; choice < choices.size(); choice += ask.samples()) {
      tokens += choices.get(choice).result().promptTokens();
    }
    return tokens;
  }

  /** Those of them that had been read before. */
  public int cachedTokens() {
    int tokens = 0;
    for (int choice = 0; choice < choices.size(); choice += ask.samples()) {
      tokens += choices.get(choice).result().cachedTokens();
    }
    return tokens;
  }

  /** Tokens generated. */
  public int generatedTokens() {
    return choices.stream().mapToInt(choice -> choice.result().tokens().size()).sum();
  }

  /** The text of a choice so far. */
  public String text(int choice) {
    return choices.get(choice).text();
  }

  abstract String chunkSuffix();

  /** A choice of a whole answer. */
  abstract ObjectNode choice(Choice choice);

  /** Chunks of what came of a choice. */
  abstract List<ObjectNode> chunks(
      Choice choice, List<ToolCallScanner.Part> parts, List<Choice.Likely> likely);

  /** The last chunk of a choice. */
  abstract ObjectNode last(Choice choice);

  final ServedModel model() {
    return model;
  }

  final Ask ask() {
    return ask;
  }

  /** A chunk with one choice. */
  final ObjectNode chunk(ObjectNode choice) {
    ObjectNode chunk = envelope(object + chunkSuffix());
    chunk.putArray("choices").add(choice);
    if (ask.includeUsage()) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private ObjectNode envelope(String kind) {
    return Json.object()
        .put("id", id)
        .put("object", kind)
        .put("created", created)
        .put("model", model.name());
  }

  private ObjectNode usage() {
    ObjectNode usage =
        Json.object()
            .put("prompt_tokens", promptTokens())
            .put("completion_tokens", generatedTokens())
            .put("total_tokens", promptTokens() + generatedTokens());
    usage.putObject("prompt_tokens_details").put("cached_tokens", cachedTokens());
    return usage;
  }

  /** How it was read, mean over the choices. */
  private ObjectNode quest() {
    GenerationResult first = choices.getFirst().result();
    ObjectNode quest =
        Json.object()
            .put("attention", first.attention().policy())
            .put("token_budget", first.attention().tokenBudget())
            .put("scorer", first.attention().scorer())
            .put("pages", choices.stream().mapToInt(c -> c.result().kv().pages()).max().orElse(0))
            .put("pages_selected_mean", mean(kv -> kv.pagesSelectedMean()))
            .put("kv_bytes_read_per_token", Math.round(mean(kv -> kv.bytesReadPerToken())));
    OptionalDouble missed = first.kv().missedMassMean();
    OptionalDouble p95 = first.kv().missedMassP95();
    if (missed.isPresent() && p95.isPresent()) {
      quest
          .putObject("missed_mass")
          .put("mean", missed.getAsDouble())
          .put("p95", p95.getAsDouble());
    } else {
      quest.putNull("missed_mass");
    }
    choices.getFirst().reading().ifPresent(read -> quest.set("strip", TraceJson.strip(read)));
    return quest;
  }

  private double mean(ToDoubleFunction<GenerationResult.KvUse> value) {
    return choices.stream()
        .mapToDouble(choice -> value.applyAsDouble(choice.result().kv()))
        .average()
        .orElse(0);
  }
}
