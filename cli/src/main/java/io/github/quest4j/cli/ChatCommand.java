package io.github.quest4j.cli;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Generation;
import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.model.chat.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest chat}: a conversation at a prompt with history and editing. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description =
        "Talks with a model. /new starts over, /quit or Ctrl-D ends; Ctrl-C ends an answer.",
    footer = {
      "",
      "Examples:",
      "  quest chat",
      "  quest chat --system 'Answer in one sentence.' --temperature 0.7"
    })
final class ChatCommand implements Callable<Integer> {

  @Mixin ModelMixin model = new ModelMixin();
  @Mixin AttentionMixin attention = new AttentionMixin();
  @Mixin SamplingMixin sampling = new SamplingMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(names = "--system", paramLabel = "S", description = "a system message at the beginning")
  @Nullable String system;

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      defaultValue = "512",
      description = "tokens of an answer at most (default: ${DEFAULT-VALUE})")
  int maxTokens;

  @Override
  public Integer call() throws Exception {
    if (common.json) {
      throw new UsageException("chat has no --json: use run");
    }
    try (Engine engine = model.open(attention, common);
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      if (engine.chatTemplate().isEmpty()) {
        throw new EngineException(engine.name() + " has no chat template: use quest run --raw");
      }
      common.note(engine.describe());
      LineReader reader = LineReaderBuilder.builder().terminal(terminal).appName("quest").build();
      List<Message> messages = beginning();
      while (true) {
        String line;
        try {
          line = reader.readLine("> ").strip();
        } catch (UserInterruptException e) {
          continue;
        } catch (EndOfFileException e) {
          return ExitCodes.OK;
        }
        switch (line) {
          case "" -> {}
          case "/quit", "/exit" -> {
            return ExitCodes.OK;
          }
          case "/new" -> messages = beginning();
          default -> answer(engine, terminal, messages, line);
        }
      }
    }
  }

  private List<Message> beginning() {
    List<Message> messages = new ArrayList<>();
    if (system != null) {
      messages.add(Message.system(system));
    }
    return messages;
  }

  private void answer(Engine engine, Terminal terminal, List<Message> messages, String question)
      throws IOException {
    List<Message> asked = new ArrayList<>(messages);
    asked.add(Message.user(question));
    GenerateRequest request =
        GenerateRequest.of(Prompt.chat(asked))
            .withMaxTokens(maxTokens)
            .withSampling(sampling.options());
    try (PromptProgress progress = new PromptProgress(common);
        Generation generation = engine.start(request, progress);
        Interrupt interrupt = Interrupt.on(generation::cancel)) {
      while (generation.finishReason().isEmpty()) {
        Optional<Generation.Token> token = generation.next();
        progress.end();
        token.ifPresent(t -> terminal.writer().print(t.text()));
        terminal.flush();
      }
      terminal.writer().println(interrupt.came() ? " [ended]" : "");
      terminal.flush(); // before what standard error says
      GenerationResult result = generation.result();
      common.note(RunReport.summary(result));
      messages.add(Message.user(question));
      messages.add(Message.assistant(result.text()));
    } catch (EngineException e) {
      // The conversation goes on without this question: /new makes room.
      terminal.writer().println("quest: " + e.getMessage());
      terminal.flush();
    }
  }
}
