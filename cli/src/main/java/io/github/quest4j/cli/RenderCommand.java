package io.github.quest4j.cli;

import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.ModelTokenizer;
import io.github.quest4j.model.chat.ChatTemplate;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.tokenizer.SpecialToken;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code quest render}: the exact prompt that a chat template makes of a conversation. */
@Command(
    name = "render",
    mixinStandardHelpOptions = true,
    description = "Shows the exact prompt that a chat template makes of a conversation.",
    footer = {
      "",
      "The conversation is a JSON object: {messages, tools, add_generation_prompt, bos_token, eos_token, now} and whatever else",
      "the template reads; a lone array is taken as the messages. Nothing is added at the end of the output.",
      "",
      "Examples:",
      "  quest render -f conversation.json",
      "  quest render --template template.jinja -f conversation.json"
    })
final class RenderCommand implements Callable<Integer> {

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = "the model whose template is used (default: smollm2)")
  @Nullable String model;

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description = "a Jinja template instead of a model's")
  @Nullable Path template;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      description = "the conversation")
  Path file = Path.of("");

  @Mixin CommonMixin common = new CommonMixin();

  @Override
  public Integer call() throws Exception {
    JsonNode conversation = Json.parse(file, InputMixin.readFile(file));
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("add_generation_prompt", true);
    ChatTemplate chatTemplate;
    if (template != null) {
      if (model != null) {
        throw new UsageException("give either --model or --template");
      }
      chatTemplate = ChatTemplate.parse(InputMixin.readFile(template));
      variables.put("bos_token", "");
      variables.put("eos_token", "");
    } else {
      try (GgufFile gguf =
          GgufFile.open(Models.resolve(model == null ? "smollm2" : model, common))) {
        Tokenizer tokenizer = ModelTokenizer.of(gguf);
        chatTemplate =
            ModelTokenizer.template(gguf)
                .orElseThrow(() ->
                    new EngineException(
                        "the model has no chat template: give one with --template"));
        variables.put("bos_token", ModelTokenizer.name(tokenizer, SpecialToken.BOS));
        variables.put("eos_token", ModelTokenizer.name(tokenizer, SpecialToken.EOS));
      }
    }
    if (conversation.isArray()) {
      variables.put("messages", Json.plain(conversation));
    } else if (conversation.isObject() && conversation.has("messages")) {
      conversation.properties().forEach(e -> variables.put(e.getKey(), Json.plain(e.getValue())));
    } else {
      throw new IllegalArgumentException(
          file + " is no conversation: an object with messages, or an array of them, is needed");
    }
    if (!(variables.get("messages") instanceof List<?>)) {
      throw new IllegalArgumentException(file + ": messages is not an array");
    }
    String rendered = chatTemplate.render(variables, now(variables.remove("now")));
    if (common.json) {
      Json.print(Map.of("rendered", rendered));
    } else {
      System.out.print(rendered);
      System.out.flush();
    }
    return ExitCodes.OK;
  }

  private LocalDateTime now(@Nullable Object given) {
    if (given == null) {
      return LocalDateTime.now(ZoneId.systemDefault());
    }
    String text = given.toString();
    try {
      return text.endsWith("Z") || text.matches(".*[+-]\\d\\d:\\d\\d$")
          ? OffsetDateTime.parse(text).toLocalDateTime()
          : LocalDateTime.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          file + ": now is not a time such as 2026-07-04T12:30:00: " + text, e);
    }
  }
}
