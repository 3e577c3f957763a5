package io.github.quest4j.engine;

import io.github.quest4j.model.chat.ChatTemplate;
import io.github.quest4j.model.chat.Message;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.gguf.GgufMetadata;
import io.github.quest4j.model.tokenizer.Tokenizer;
import io.github.quest4j.model.tokenizer.Tokenizers;
import io.github.quest4j.model.tokenizer.Vocabulary;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tokenizer and the chat template that a model file describes. */
public final class ModelTokenizer {

  private static final String PREFIX = "tokenizer.ggml.";

  private ModelTokenizer() {}
}
