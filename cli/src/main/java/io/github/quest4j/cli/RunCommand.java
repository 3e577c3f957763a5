package io.github.quest4j.cli;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Generation;
import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.model.chat.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest run}: one prompt, one answer. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Generates an answer to a prompt.",
    footer = {
      "",
      "Examples:",
      "  quest run -p 'What is the capital of France?'",
      "  quest run -f report.txt -p 'Summarize the text above.' -n 200",
      "  quest run --raw -p 'Once upon a time' --temperature 0.8 --top-p 0.95 --seed 7",
      "  cat question.txt | quest run - --json"
    })
final class RunCommand implements Callable<Integer> {

  @Mixin ModelMixin model = new ModelMixin();
  @Mixin InputMixin input = new InputMixin();
  @Mixin AttentionMixin attention = new AttentionMixin();
  @Mixin SamplingMixin sampling = new SamplingMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(names = "--system", paramLabel = "S", description = "a system message before the prompt")
  @Nullable String system;

  @Option(
      names = "--raw",
      description = "feed the text as it is; otherwise the model's chat template is applied")
  boolean raw;

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      defaultValue = "256",
      description = "tokens generated at most (default: ${DEFAULT-VALUE})")
  int maxTokens;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "ends generation when it comes; may be repeated")
  List<String> stop = new ArrayList<>();

  @Option(
      names = "--sparse-tail",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "feed the last N characters of the prompt token by token through the sparse path, as the paper evaluates"
              + " (default: ${DEFAULT-VALUE})")
  int sparseTail;

  @Option(
      names = "--trace",
      description =
          "also tell by layer what share of the attention was missed: in the JSON, or as a table on standard error")
  boolean trace;

  @Override
  public Integer call() throws Exception {
    String text =
        input
            .text()
            .orElseThrow(() ->
                new UsageException(
                    "no prompt: give it with -p TEXT, -f FILE or - for standard input"));
    if (raw && system != null) {
      throw new UsageException("--system needs the chat template: leave --raw out");
    }
    GenerateRequest request =
        GenerateRequest.of(prompt(text))
            .withMaxTokens(maxTokens)
            .withSampling(sampling.options())
            .withStop(stop)
            .withSparseTail(sparseTail);
    try (Engine engine = model.open(attention, common);
        PromptProgress progress = new PromptProgress(common)) {
      common.note(engine.describe());
      try (Generation generation = engine.start(request, progress);
          Interrupt interrupt = Interrupt.on(generation::cancel)) {
        while (generation.finishReason().isEmpty()) {
          Optional<Generation.Token> token = generation.next();
          progress.end();
          if (!common.json) {
            token.ifPresent(t -> System.out.print(t.text()));
            System.out.flush();
          }
        }
        GenerationResult result = generation.result();
        if (common.json) {
          Json.print(RunReport.of(engine, result, trace));
          if (result.nothingSelected()) {
            common.note(RunReport.summary(result));
          }
        } else {
          System.out.println();
          common.note(RunReport.summary(result));
          if (trace) {
            System.err.println(RunReport.trace(result)); // asked for, with --quiet too
          }
        }
        return interrupt.came() ? ExitCodes.INTERRUPTED : ExitCodes.OK;
      }
    }
  }

  private Prompt prompt(String text) {
    if (raw) {
      return Prompt.raw(text);
    }
    List<Message> messages = new ArrayList<>();
    if (system != null) {
      messages.add(Message.system(system));
    }
    messages.add(Message.user(text));
    return Prompt.chat(messages);
  }
}
