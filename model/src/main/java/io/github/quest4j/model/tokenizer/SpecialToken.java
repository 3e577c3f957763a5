package io.github.quest4j.model.tokenizer;

import java.util.Arrays;
import java.util.List;

/** The roles that a model's metadata can give to a token. */
public enum SpecialToken {
  /** Begin of sequence. */
  BOS("bos_token_id"),
  /** End of sequence. */
  EOS("eos_token_id"),
  /** End of turn. */
  EOT("eot_token_id"),
  /** End of message. */
  EOM("eom_token_id"),
  /** What the vocabulary cannot say. */
  UNKNOWN("unknown_token_id"),
  /** Fills batches. */
  PADDING("padding_token_id"),
  /** Fill in the middle: before the text that comes before the gap. */
  FIM_PREFIX("fim_pre_token_id", "prefix_token_id"),
  /** Fill in the middle: before the text that comes after the gap. */
  FIM_SUFFIX("fim_suf_token_id", "suffix_token_id"),
  /** Fill in the middle: before the text that fills the gap. */
  FIM_MIDDLE("fim_mid_token_id", "middle_token_id"),
  /** Fill in the middle: padding. */
  FIM_PAD("fim_pad_token_id"),
  /** Fill in the middle: before a repository's name. */
  FIM_REPOSITORY("fim_rep_token_id"),
  /** Fill in the middle: between files. */
  FIM_SEPARATOR("fim_sep_token_id");

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of or toList
  private final List<String> keys;

  SpecialToken(String... keys) {
    this.keys = Arrays.stream(keys).map("tokenizer.ggml."::concat).toList();
  }

  /** The GGUF keys that name this token's id; where several are present the last one counts. */
  public List<String> keys() {
    return keys;
  }
}
