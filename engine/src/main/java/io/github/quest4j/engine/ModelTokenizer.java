package io.github.quest4j.engine;

import io.github.quest4j.model.chat.ChatTemplate;
import io.github.quest4j.model.chat.Message;
import io.github.quest4j.model.gguf.GgufException;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.gguf.GgufMetadata;
import io.github.quest4j.model.tokenizer.SpecialToken;
import io.github.quest4j.model.tokenizer.Tokenizer;
import io.github.quest4j.model.tokenizer.Tokenizers;
import io.github.quest4j.model.tokenizer.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The tokenizer and the chat template that a model file describes. */
public final class ModelTokenizer {

  private static final String PREFIX = "tokenizer.ggml.";
  private static final String TEMPLATE = "tokenizer.chat_template";

  private ModelTokenizer() {}

  /**
   * The tokenizer of a model file, which must stay open.
   *
   * @throws GgufException naming the key that is missing, or the tokenizer that is not known
   */
  public static Tokenizer of(GgufFile file) {
    GgufMetadata metadata = file.metadata();
    Vocabulary.Builder builder =
        Vocabulary.builder(
                metadata.string(PREFIX + "model"),
                metadata.string(PREFIX + "pre", ""),
                metadata.strings(PREFIX + "tokens"))
            .modelName(metadata.string("general.name", ""));
    if (metadata.contains(PREFIX + "token_type")) {
      builder.types(metadata.ints(PREFIX + "token_type"));
    }
    if (metadata.contains(PREFIX + "scores")) {
      builder.scores(metadata.floats(PREFIX + "scores"));
    }
    if (metadata.contains(PREFIX + "merges")) {
      builder.merges(metadata.strings(PREFIX + "merges"));
    }
    for (SpecialToken role : SpecialToken.values()) {
      for (String key : role.keys()) {
        if (metadata.contains(key)) {
          builder.id(role, metadata.integer(key));
        }
      }
    }
    if (metadata.contains(PREFIX + "add_bos_token")) {
      builder.addBos(metadata.bool(PREFIX + "add_bos_token"));
    }
    if (metadata.contains(PREFIX + "add_eos_token")) {
      builder.addEos(metadata.bool(PREFIX + "add_eos_token"));
    }
    if (metadata.contains(PREFIX + "add_space_prefix")) {
      builder.addSpacePrefix(metadata.bool(PREFIX + "add_space_prefix"));
    }
    try {
      return Tokenizers.of(builder.build());
    } catch (IllegalArgumentException e) {
      throw new GgufException(file.path() + ": " + e.getMessage());
    }
  }

  /** The chat template of a model file, where it has one. */
  public static Optional<ChatTemplate> template(GgufFile file) {
    return file.metadata().optionalString(TEMPLATE).map(ChatTemplate::parse);
  }

  /** What the template makes of a conversation, ready for the answer. */
  static String render(
      ChatTemplate template,
      Tokenizer tokenizer,
      List<Message> messages,
      List<? extends Map<String, ? extends @Nullable Object>> tools) {
    return template.renderChat(
        messages,
        name(tokenizer, SpecialToken.BOS),
        name(tokenizer, SpecialToken.EOS),
        true,
        tools);
  }

  /** The text of the token that has a role; empty where none has. */
  public static String name(Tokenizer tokenizer, SpecialToken role) {
    OptionalInt id = tokenizer.vocabulary().id(role);
    return id.isPresent() ? tokenizer.piece(id.getAsInt()) : "";
  }
}
