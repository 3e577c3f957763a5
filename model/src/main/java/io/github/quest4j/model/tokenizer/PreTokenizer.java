package io.github.quest4j.model.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * The pre-tokenizers that are supported, each with the names that GGUF files use ({@code
 * tokenizer.ggml.pre}) for one and the same behaviour in llama.cpp.
 */
enum PreTokenizer {
  GPT2(
      "gpt-2",
      "phi-2",
      "gigachat",
      "a.x-4.0",
      "mellum",
      "exaone4",
      "mpt",
      "olmo",
      "jais",
      "trillion",
      "granite-docling"),
  SMOLLM(
      "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2"),
  QWEN2(
      "qwen2",
      "deepseek-r1-qwen",
      "kormo",
      "f2llmv2",
      "megrez",
      "stablelm2",
      "hunyuan",
      "solar-open",
      "grok-2"),
  /** Words that are pieces as they stand are not merged, and prompts begin with BOS. */
  LLAMA3(
      "llama-bpe",
      "llama3",
      "llama-v3",
      "falcon3",
      "falcon-h1",
      "pixtral",
      "midm-2.0",
      "lfm2",
      "jina-v5-nano"),
  /** Llama 3's words without its shortcut. */
  DBRX("dbrx", "smaug-bpe");

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of or toList
  private final List<String> names;

  PreTokenizer(String... names) {
    this.names = List.of(names);
  }

  /**
   * The pre-tokenizer of a name.
   *
   * @throws IllegalArgumentException if there is none, naming those there are
   */
  static PreTokenizer named(String name) {
    for (PreTokenizer pre : values()) {
      if (pre.names.contains(name)) {
        return pre;
      }
    }
    TreeSet<String> supported = new TreeSet<>();
    Arrays.stream(values()).forEach(pre -> supported.addAll(pre.names));
    throw new IllegalArgumentException(
        (name.isEmpty()
                ? "the model names no pre-tokenizer (tokenizer.ggml.pre)"
                : "pre-tokenizer '" + name + "' (tokenizer.ggml.pre) is not supported")
            + "; supported are "
            + String.join(", ", supported));
  }

  /** Whether prompts begin with BOS where the model's file does not say. */
  static boolean addsBos(String name) {
    return LLAMA3.names.contains(name);
  }

  /** Whether a word that is a piece becomes this piece, whatever the merges would make of it. */
  boolean ignoresMerges() {
    return this == LLAMA3;
  }

  WordSplitter splitter() {
    CharClasses classes = new CharClasses();
    return switch (this) {
      case GPT2 -> new Gpt2Splitter(classes, false);
      case SMOLLM -> new Gpt2Splitter(classes, true);
      case QWEN2 -> new Llama3Splitter(classes, 1);
      case LLAMA3, DBRX -> new Llama3Splitter(classes, 3);
    };
  }
}
