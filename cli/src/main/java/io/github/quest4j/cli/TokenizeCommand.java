package io.github.quest4j.cli;

import io.github.quest4j.engine.ModelTokenizer;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quest tokenize}: the exact token ids of a text. */
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description = "Shows the tokens of a text.",
    footer = {
      "",
      "Examples:",
      "  quest tokenize -p 'Hello world'",
      "  quest tokenize -m model.gguf -f book.txt --json"
    })
final class TokenizeCommand implements Callable<Integer> {

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      defaultValue = "smollm2",
      description =
          "a catalogue name, hf:OWNER/REPO/FILE.gguf, a URL or a path (default: ${DEFAULT-VALUE})")
  String model = "smollm2";

  @Mixin InputMixin input = new InputMixin();
  @Mixin CommonMixin common = new CommonMixin();

  @Option(names = "--plain", description = "neither add BOS nor parse special tokens")
  boolean plain;

  @Override
  public Integer call() throws Exception {
    String text =
        input
            .text()
            .orElseThrow(() ->
                new UsageException(
                    "no text: give it with -p TEXT, -f FILE or - for standard input"));
    try (GgufFile file = GgufFile.open(Models.resolve(model, common))) {
      Tokenizer tokenizer = ModelTokenizer.of(file);
      int[] tokens = tokenizer.encode(text, !plain, !plain);
      List<String> pieces = new ArrayList<>(tokens.length);
      for (int token : tokens) {
        pieces.add(tokenizer.piece(token));
      }
      if (common.json) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("tokens", tokens);
        report.put("pieces", pieces);
        Json.print(report);
      } else {
        for (int i = 0; i < tokens.length; i++) {
          System.out.println(tokens[i] + "\t" + visible(pieces.get(i)));
        }
      }
    }
    return ExitCodes.OK;
  }

  private static String visible(String piece) {
    return piece
        .replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }
}
