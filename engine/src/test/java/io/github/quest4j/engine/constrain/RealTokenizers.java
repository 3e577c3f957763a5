package io.github.quest4j.engine.constrain;

import io.github.quest4j.engine.ModelTokenizer;
import io.github.quest4j.engine.TestModels;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The real tokenizers: SmolLM2 always, Qwen and Gemma where their files are. */
final class RealTokenizers {

  private RealTokenizers() {}

  static Tokenizer smollm2() {
    return of(TestModels.smollm2());
  }

  /** All that are there, by the names of their files. */
  static Map<String, Tokenizer> all() {
    Map<String, Tokenizer> all = new LinkedHashMap<>();
    all.put(TestModels.SMOLLM2, smollm2());
    for (String file : new String[] {TestModels.QWEN, TestModels.GEMMA3}) {
      TestModels.inFolder(file).ifPresent(path -> all.put(file, of(path)));
    }
    return all;
  }

  private static Tokenizer of(Path model) {
    try (GgufFile file = GgufFile.open(model)) {
      return ModelTokenizer.of(file);
    }
  }
}
