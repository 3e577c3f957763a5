package io.github.quest4j.cli;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.model.chat.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
    description = "Talks with a model. " + ChatCommand.COMMANDS,
    footer = {
      "",
      "Examples:",
      "  quest chat",
      "  quest chat --system 'Answer in one sentence.' --temperature 0.7",
      "  quest chat --server http://127.0.0.1:8080"
    })
final class ChatCommand implements Callable<Integer> {

  static final String COMMANDS = "/new starts over, /quit or Ctrl-D ends; Ctrl-C ends an answer.";

  private static final Pattern COMMAND = Pattern.compile("/([a-z]+|\\?)");

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

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "talk with a server of OpenAI's API instead, such as quest serve; then -m and the options of the KV cache say nothing")
  @Nullable String server;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "a file that holds the server's key")
  @Nullable Path keyFile;

  @Override
  public Integer call() throws Exception {
    if (common.json) {
      throw new UsageException("chat has no --json: use run");
    }
    try (ChatPartner partner = partner();
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
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
          case "/quit", "/exit", "/bye" -> {
            return ExitCodes.OK;
          }
          case "/new" -> messages = beginning();
          default -> {
            if (COMMAND.matcher(line).matches()) {
              common.note("%s is not known: %s".formatted(line, COMMANDS));
            } else {
              answer(partner, terminal, messages, line);
            }
          }
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

  private ChatPartner partner() throws IOException {
    if (server != null) {
      Optional<String> key =
          keyFile == null ? Optional.empty() : Optional.of(InputMixin.readFile(keyFile).strip());
      return new RemotePartner(server, key, sampling.options(), maxTokens, attention.typed());
    }
    if (keyFile != null) {
      throw new UsageException("--api-key-file is for --server");
    }
    Engine engine = model.open(attention, common);
    if (engine.chatTemplate().isEmpty()) {
      engine.close();
      throw new EngineException(engine.name() + " has no chat template: use quest run --raw");
    }
    common.note(engine.describe());
    return new LocalPartner(engine, sampling.options(), maxTokens, common);
  }

  private void answer(
      ChatPartner partner, Terminal terminal, List<Message> messages, String question)
      throws IOException, InterruptedException {
    List<Message> asked = new ArrayList<>(messages);
    asked.add(Message.user(question));
    try {
      ChatPartner.Reply reply =
          partner.answer(
              asked,
              piece -> {
                terminal.writer().print(piece);
                terminal.flush();
              });
      terminal.writer().println(reply.ended() ? " [ended]" : "");
      terminal.flush(); // before what standard error says
      common.note(reply.note());
      messages.add(Message.user(question));
      messages.add(Message.assistant(reply.text()));
    } catch (ChatPartner.RefusedException e) {
      // The conversation goes on without this question: /new makes room.
      terminal.writer().println("quest: " + e.getMessage());
      terminal.flush();
    }
  }
}
